import type { FastifyInstance } from "fastify";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launchChromium } from "../servers/chromium.ts";
import { visit } from "./browser-session.ts";
import { previewServer } from "./preview-server.ts";
import type { SampleRooms } from "./sample-rooms.ts";

describe.skipIf(!hasChromium("the journeys of people who ask"))("people at work, in a browser", () => {
  let browser: Browser;
  let app: FastifyInstance;
  let sample: SampleRooms;
  let base: string;

  beforeAll(async () => {
    ({ app, sample } = await previewServer());
    base = await app.listen({ port: 0, host: "127.0.0.1" });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it.each([true, false])(
    "an investigator asks, pages, and opens a read (JavaScript: %s)",
    async (javaScript) => {
      const { context, page, faults } = await visit(browser, base, sample, {
        role: "investigator",
        javaScript,
      });
      await page.goto("/");
      await page.getByRole("link", { name: "Enquiries" }).first().click();
      await page.getByRole("button", { name: "Ask" }).click();
      expect(
        await page
          .getByRole("alert")
          .getByRole("link", { name: "Enter why you are asking" })
          .getAttribute("href"),
      ).toBe("#reason");
      await page.getByLabel("Authority").selectOption("OP-KESTREL-26");
      await page.getByLabel("Reason").fill("Seen leaving the scene");
      await page.getByLabel("VRM", { exact: true }).fill("AB12CDE");
      await page.getByRole("button", { name: "Ask" }).click();
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("1,437 reads");
      await page.getByRole("link", { name: "Next page" }).click();
      await page.getByRole("region", { name: "Reads" }).getByRole("link").first().click();
      await page.getByText("It does not say who was in the vehicle").waitFor();
      await page.getByAltText("Plate as the camera saw it; it was read as AB12 CDE").waitFor();
      expect(faults).toEqual([]);
      await context.close();
    },
  );

  it("a person signs in with the keyboard alone, and is led on to where they wanted to go", async () => {
    const context = await browser.newContext({ baseURL: base });
    const page = await context.newPage();
    await page.goto("/hits/2");
    await page.getByLabel("Username").focus();
    for (const text of ["operator", "preview", "123456"]) {
      await page.keyboard.type(text);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL("**/hits/2");
    await page.getByRole("button", { name: "Acknowledge: I am dealing with it" }).click();
    await page.getByText("Acknowledged by operator").waitFor();
    await page.getByLabel("Misread").check();
    await page.getByRole("button", { name: "Save what the images show" }).click();
    await page.getByLabel("Outcome").selectOption("no-action");
    await page.getByRole("button", { name: "Close the hit" }).click();
    await page.getByText("No action, by operator").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await context.close();
  });

  it("somebody of the estate discards a quarantined read, with a reason", async () => {
    const { context, page } = await visit(browser, base, sample, { role: "estate" });
    await page.goto("/quarantine/7");
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("alert").getByRole("link", { name: "Write why, for the record" }).click();
    await page.keyboard.type("A test drive by the installer");
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByText("The read was discarded.").waitFor();
    await context.close();
  });
});
