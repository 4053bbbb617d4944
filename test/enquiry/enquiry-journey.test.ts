import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { AUTHORITY, keepApart, LISTED, pass, raiseHit } from "../app/scene.ts";
import { aRead, WholeApp } from "../app/whole-app.ts";
import { visit } from "../web/browser-session.ts";

describe.skipIf(!hasChromium("the journeys of people who ask"))("people at work, in a browser", () => {
  let browser: Browser;
  let whole: WholeApp;

  beforeAll(async () => {
    whole = await WholeApp.start();
    browser = await connectToChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await whole?.remove();
  });

  it.each([true, false])(
    "an investigator asks, pages, and opens a read (JavaScript: %s)",
    async (javaScript) => {
      // More than a page of reads; the one with images is the oldest, so it is on the second page.
      const vrm = javaScript ? "YE11OWJ" : "YE11OWN";
      await pass(whole, vrm, { images: true, at: Date.now() - 120_000 });
      await whole.send(Array.from({ length: 100 }, () => aRead(1, { vrm })));
      const { context, page, faults } = await visit(browser, whole, { username: "investigator", javaScript });
      await page.goto("/");
      await page.getByRole("link", { name: "Enquiries" }).first().click();
      await page.getByRole("button", { name: "Ask" }).click();
      expect(
        await page
          .getByRole("alert")
          .getByRole("link", { name: "Enter why you are asking" })
          .getAttribute("href"),
      ).toBe("#reason");
      await page.getByLabel("Authority").selectOption(AUTHORITY);
      await page.getByLabel("Reason").fill("Seen leaving the scene");
      await page.getByLabel("VRM", { exact: true }).fill(vrm);
      await page.getByRole("button", { name: "Ask" }).click();
      await page.getByRole("heading", { name: "101 reads", level: 1, exact: true }).waitFor();
      await page.getByRole("link", { name: "Next page" }).click();
      await page.getByRole("region", { name: "Reads" }).getByRole("link").first().click();
      await page.getByText("It does not tell you who was in the vehicle").waitFor();
      await page
        .getByAltText(`Plate as the camera saw it; it was read as ${vrm.slice(0, 4)} ${vrm.slice(4)}`)
        .waitFor();
      expect(faults).toEqual([]);
      await context.close();
    },
  );

  it("a person signs in with the keyboard alone, and is led on to where they wanted to go", async () => {
    const hit = await raiseHit(whole, LISTED.high, { images: true });
    const context = await browser.newContext({ baseURL: whole.app.url });
    const page = await context.newPage();
    await page.goto(`/hits/${hit}`);
    await page.getByLabel("Username").focus();
    for (const text of ["operator", whole.access.password, whole.totp()]) {
      await page.keyboard.type(text);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/hits/${hit}`);
    await page.getByRole("button", { name: "Acknowledge: I am dealing with it" }).click();
    await page.getByText("Acknowledged by operator").waitFor();
    await page.getByLabel("Misread").check();
    await page.getByRole("button", { name: "Save what the images show" }).click();
    await page.getByLabel("Outcome").selectOption("no-action");
    await page.getByLabel("Note").fill("Another vehicle");
    await page.getByRole("button", { name: "Close the hit" }).click();
    await page.getByText("No action, by operator").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await context.close();
  });

  it("somebody of the estate discards a quarantined read, with a reason", async () => {
    const [kept] = await keepApart(whole);
    const { context, page } = await visit(browser, whole, { username: "estate" });
    await page.goto(`/quarantine/${kept}`);
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("alert").getByRole("link", { name: "Enter a reason, for the record" }).click();
    await page.locator("#reason:focus").waitFor();
    await page.keyboard.type("A test drive by the installer");
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByText("The read has been discarded.").waitFor();
    await context.close();
  });
});
