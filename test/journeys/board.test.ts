import type { FastifyInstance } from "fastify";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasChromium, launchChromium } from "../servers/chromium.ts";
import { visit, type Visit } from "./browser-session.ts";
import { previewServer } from "./preview-server.ts";
import { sampleHit } from "./sample-hit.ts";
import { SampleRooms } from "./sample-rooms.ts";

describe.skipIf(!hasChromium("the board's journeys"))("the board, in a browser", () => {
  let browser: Browser;
  let app: FastifyInstance;
  let sample: SampleRooms;
  let base: string;
  const open: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());
  beforeEach(async () => {
    ({ app, sample } = await previewServer(new SampleRooms(Date.now, 4)));
    base = await app.listen({ port: 0, host: "127.0.0.1" });
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await app.close();
  });

  async function board(who: Partial<Visit> = {}) {
    const window = await visit(browser, base, sample, { role: "operator", ...who });
    open.push(window.context);
    await window.page.goto("/board");
    if (who.javaScript !== false) await window.page.getByText("Connected.").waitFor();
    const ids = () =>
      window.page
        .locator("[data-card]")
        .evaluateAll((cards) => cards.map((card) => card.getAttribute("data-card")));
    return { ...window, ids };
  }

  it("puts a new hit where it belongs without a reload, with its images and words", async () => {
    const { page, ids, faults } = await board();
    expect(await ids()).toEqual(["3", "1", "4", "2"]);
    sample.raise(sampleHit(50, Date.now(), { priority: "high", vrm: "ZX19YWV", warnings: "Has a dog" }));
    const card = page.locator('[data-card="50"]');
    await card.waitFor();
    expect(await ids()).toEqual(["50", "3", "1", "4", "2"]);
    expect(await card.getByRole("link").textContent()).toBe("ZX19 YWV");
    expect(await card.getByText("Has a dog").isVisible()).toBe(true);
    await card.getByAltText("Plate as the camera saw it").waitFor();
    expect(await page.locator("[data-count]").textContent()).toBe("5");
    await page.getByText("New hit: high priority, ZX19 YWV").waitFor({ state: "attached" });
    expect(faults).toEqual([]);
  });

  it("is worked by keyboard: move, acknowledge, open, help", async () => {
    const { page, ids, faults } = await board();
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    expect(await page.locator(":focus").getAttribute("data-card")).toBe("3");
    await page.keyboard.press("a");
    await page.locator('[data-card="3"]').waitFor({ state: "detached" });
    expect(sample.hits.get("3")?.acknowledged?.by).toBe("operator");
    expect(await ids()).toEqual(["1", "4", "2"]);
    expect(await page.locator(":focus").getAttribute("data-card")).toBe("1");
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/hits/1");
    expect(faults).toEqual([]);
  });

  it("does not acknowledge what a new hit just moved under the pointer", async () => {
    const { page } = await board();
    await page.evaluate(`new MutationObserver((_, observer) => {
      observer.disconnect();
      const press = new MouseEvent("click", { detail: 1, bubbles: true, cancelable: true });
      document.querySelector('[data-card="1"] [data-acknowledge] button').dispatchEvent(press);
    }).observe(document.querySelector("[data-cards]"), { childList: true })`);
    sample.raise(sampleHit(70, Date.now(), { priority: "high" }));
    await page.getByText("a new hit moved the board as you pressed").waitFor();
    expect(sample.hits.get("1")?.state).toBe("new");
  });

  it("asks again for an image that the archive does not show yet", async () => {
    const { page } = await board();
    let asked = 0;
    await page.route("**/hits/80/images/patch", (route) =>
      ++asked === 1 ? route.fulfill({ status: 404 }) : route.continue(),
    );
    sample.raise(sampleHit(80, Date.now(), { priority: "high", images: ["patch"] }));
    const width = `document.querySelector('[data-card="80"] [data-image="patch"] img')?.naturalWidth`;
    await expect.poll(() => page.evaluate(width), { timeout: 10_000 }).toBeGreaterThan(0);
    expect(asked).toBe(2);
    expect(await page.locator('[data-card="80"] [data-waiting]').count()).toBe(0);
  });

  it("takes away what somebody else acknowledged", async () => {
    const [mine, theirs] = [await board(), await board()];
    await theirs.page
      .locator('[data-card="1"]')
      .getByRole("button", { name: /Acknowledge/ })
      .click();
    await mine.page.locator('[data-card="1"]').waitFor({ state: "detached" });
    expect(await mine.ids()).toEqual(["3", "4", "2"]);
  });

  it("remembers that the sound is off, and which colours", async () => {
    const { page } = await board();
    await page.keyboard.press("m");
    await page.keyboard.press("n");
    await page.reload();
    expect(await page.getByRole("button", { name: "Sound off" }).getAttribute("aria-pressed")).toBe("false");
    expect(await page.locator("html").getAttribute("class")).toContain("ww-board--night");
  });

  it("says when the connection is gone, and comes back by itself with what it missed", async () => {
    const { page, context } = await board();
    await context.setOffline(true);
    app.server.closeAllConnections();
    await page.getByText("Reconnecting; hits may be late").waitFor();
    sample.raise(sampleHit(60, Date.now(), { priority: "high" }));
    await context.setOffline(false);
    await page.locator('[data-card="60"]').waitFor();
    await page.getByText("Connected.").waitFor();
  });

  it("stays bounded under a flood, with the most urgent kept", async () => {
    const { page } = await board();
    const now = Date.now();
    for (let n = 100; n < 700; n++)
      sample.raise(sampleHit(n, now - n, { priority: n % 50 === 0 ? "high" : "low", images: [] }));
    await page.getByText("the 200 most urgent shown; there are more").waitFor();
    expect(await page.locator("[data-card]").count()).toBe(200);
    expect(await page.locator('[data-card][data-priority="high"]').count()).toBe(13);
  });

  it("works without JavaScript: shown, acknowledged by a form, refreshed by a link", async () => {
    const { page, ids } = await board({ javaScript: false });
    expect(await ids()).toEqual(["3", "1", "4", "2"]);
    await page.locator('[data-card="3"]').getByRole("button").click();
    expect(await page.getByText("The hit was acknowledged.").isVisible()).toBe(true);
    expect(await ids()).toEqual(["1", "4", "2"]);
    await page.getByRole("link", { name: "Refresh" }).click();
    expect(await page.locator("meta[http-equiv=refresh]").count()).toBe(1);
  });

  it("fits a small screen", async () => {
    const { page } = await board({ width: 390 });
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
