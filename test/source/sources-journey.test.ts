import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { aRead, WholeApp } from "../app/whole-app.ts";
import { until } from "../until.ts";
import { visit } from "../web/browser-session.ts";
import { violations } from "../web/violations.ts";

const DAY = 86_400_000;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

describe.skipIf(!hasChromium("the journey of a feed source"))("a feed source, in a browser (READ-7)", () => {
  let whole: WholeApp;
  let browser: Browser;

  beforeAll(async () => {
    whole = await WholeApp.start();
    browser = await connectToChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await whole?.remove();
  });

  async function send(token: string): Promise<string> {
    const reply = await whole.fetch("/v1/reads", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(aRead(1)),
    });
    return reply.status === 200 ? "taken" : ((await reply.json()) as { code: string }).code;
  }
  const becomes = (token: string, answer: string): Promise<void> =>
    until(async () => expect(await send(token)).toBe(answer));

  const press = (page: Page, name: string): Promise<unknown> =>
    Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).click()]);

  it.each([
    [1280, true],
    [390, true],
    [1000, false],
  ])(
    "at %i pixels (scripts: %s) is added, tested, switched off and on, renewed and changed",
    async (width, javaScript) => {
      const { context, page, faults } = await visit(browser, whole, {
        username: "nationaladmin",
        width,
        javaScript,
      });
      const name = `Gantry at ${width}`;
      /** Nothing that axe finds, which needs scripts, and nothing that scrolls sideways. */
      const fine = async (shown: Page): Promise<void> => {
        if (!javaScript) return;
        expect(await violations(shown)).toEqual([]);
        expect(await shown.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      };
      try {
        await page.goto("/sources");
        await fine(page);
        await page.getByRole("button", { name: "Add a feed source" }).click();
        await page.getByLabel("Name", { exact: true }).fill(name);
        await press(page, "Add the feed source");
        await page.getByRole("link", { name: "Select a protocol" }).waitFor();
        await fine(page);
        await page.getByLabel("Waywarden’s own (JSON, NDJSON or multipart)").check();
        await page.getByLabel("Cameras of several organisations").check();
        await press(page, "Add the feed source");
        await page.getByRole("link", { name: "needs a recorded agreement" }).waitFor();
        await page.getByLabel("With whom").fill("Transport for Midshire");
        await page.getByLabel("Reference").fill("TFM-2026-4");
        await page.getByLabel("Purpose").fill("Prevention and detection of crime");
        await page.getByLabel("Legal basis").fill("Section 35 DPA 2018");
        await page.getByLabel("First day").fill(day(Date.now() - DAY));
        await page.getByLabel("Last day").fill(day(Date.now() + 100 * DAY));
        await page.getByLabel("Document", { exact: true }).fill("Records, folder 12");
        await press(page, "Add the feed source");
        await page.getByRole("heading", { name: `${name} has been added` }).waitFor();
        await fine(page);
        const told = await page.locator("#secret").innerText();
        expect(told).toContain(`Address: ${whole.app.url}/v1/reads`);
        const token = /Bearer (\S+)/.exec(told)?.[1] ?? "";
        await becomes(token, "taken");

        await page.getByRole("link", { name: "Go to the feed source" }).click();
        await page.getByText("Transport for Midshire").waitFor();
        expect(await page.content()).not.toContain(token);
        await fine(page);
        await press(page, "Test");
        await page.getByText("would be let in now").waitFor();
        await page.getByText("127.0.0.1 may send").waitFor();
        await fine(page);

        await page.getByRole("button", { name: "Switch off" }).click();
        await press(page, "Switch off");
        await page.getByRole("link", { name: "Enter a reason, for the record" }).waitFor();
        await fine(page);
        await page.getByLabel("Reason").fill("It sends nonsense");
        await press(page, "Switch off");
        await page.getByText("Its messages are turned away.").waitFor();
        await becomes(token, "SOURCE_SWITCHED_OFF");
        await press(page, "Test");
        await page.getByText("would be turned away now").waitFor();
        await page.getByRole("cell", { name: "SOURCE_SWITCHED_OFF" }).waitFor();
        await fine(page);

        await page.getByRole("button", { name: "Switch on" }).click();
        await page.getByLabel("Reason").fill("Mended");
        await press(page, "Switch on");
        await becomes(token, "taken");
        await page.getByRole("button", { name: "Renew its secret" }).click();
        await page.getByLabel("Reason").fill("Seen by a visitor");
        await press(page, "Renew its secret");
        await page.getByRole("heading", { name: `${name} has a new secret` }).waitFor();
        await becomes(token, "FEED_TOKEN_INVALID");

        await page.getByRole("link", { name: "Go to the feed source" }).click();
        await page.getByRole("button", { name: "Change" }).click();
        await fine(page);
        await page.getByLabel("Networks it may send from").fill("10.0.0.0/8\nhere");
        await page.getByLabel("Reason for the change").fill("The depot only");
        await press(page, "Change the feed source");
        await page.getByRole("link", { name: "“here” is not a network" }).waitFor();
        await page.getByLabel("Networks it may send from").fill("10.0.0.0/8");
        await press(page, "Change the feed source");
        await page.getByText("The feed source has been changed.").waitFor();
        expect(faults).toEqual([]);
      } finally {
        await context.close();
      }
    },
  );

  it("is shown to an auditor without anything to press, and to nobody of another organisation", async () => {
    const { context, page } = await visit(browser, whole, { username: "auditor" });
    try {
      await page.goto("/sources");
      expect(await page.getByRole("button", { name: "Add a feed source" }).count()).toBe(0);
      await page.getByRole("link", { name: "National simulated traffic" }).click();
      await page.getByText("Changing it is for").waitFor();
      expect(await page.getByRole("button", { name: "Switch off" }).count()).toBe(0);
      expect((await page.goto("/sources/999999"))?.status()).toBe(404);
    } finally {
      await context.close();
    }
  });
});
