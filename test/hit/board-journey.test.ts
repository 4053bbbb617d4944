import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { clearBoard, LISTED, raiseHit } from "../app/scene.ts";
import { aRead, WholeApp } from "../app/whole-app.ts";
import { visit, type Visit } from "../web/browser-session.ts";

describe.skipIf(!hasChromium("the board's journeys"))("the board, in a browser", () => {
  let browser: Browser;
  let whole: WholeApp;
  /** Ids of the hits that every test begins with; on the board in this order. */
  let high: string, newer: string, older: string, low: string;
  const open: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    whole = await WholeApp.start();
    browser = await connectToChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await whole?.remove();
  });
  beforeEach(async () => {
    await clearBoard(whole);
    const before = Date.now() - 300_000;
    older = await raiseHit(whole, LISTED.medium, { at: before });
    newer = await raiseHit(whole, LISTED.medium, { at: before + 90_000 });
    low = await raiseHit(whole, LISTED.low, { at: before + 120_000 });
    high = await raiseHit(whole, LISTED.high, { at: before + 30_000 });
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  const hit = async (id: string) =>
    (await whole.call<{ state: string; acknowledged: { by: string } | null }>("operator", `/v1/hits/${id}`))
      .body;

  async function board(who: Partial<Visit> = {}) {
    const window = await visit(browser, whole, { username: "operator", ...who });
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
    expect(await ids()).toEqual([high, newer, older, low]);
    const latest = await raiseHit(whole, LISTED.highWithWarnings, { images: true });
    const card = page.locator(`[data-card="${latest}"]`);
    await card.waitFor();
    expect(await ids()).toEqual([latest, high, newer, older, low]);
    expect(await card.getByRole("link").textContent()).toBe("GJ22 LMO");
    expect(await card.getByText("Violent, weapons").isVisible()).toBe(true);
    await card.getByAltText("Plate as the camera saw it").waitFor();
    await expect.poll(() => page.locator("[data-count]").textContent()).toBe("5");
    await page.getByText("New hit: high priority, GJ22 LMO").waitFor({ state: "attached" });
    expect(faults).toEqual([]);
  });

  it("is worked by keyboard: move, acknowledge, open, help", async () => {
    const { page, ids, faults } = await board();
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    expect(await page.locator(":focus").getAttribute("data-card")).toBe(high);
    await page.keyboard.press("a");
    await page.locator(`[data-card="${high}"]`).waitFor({ state: "detached" });
    expect((await hit(high)).acknowledged?.by).toBe("operator");
    expect(await ids()).toEqual([newer, older, low]);
    expect(await page.locator(":focus").getAttribute("data-card")).toBe(newer);
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/hits/${newer}`);
    expect(faults).toEqual([]);
  });

  it("does not acknowledge what a new hit just moved under the pointer", async () => {
    const { page } = await board();
    await page.evaluate(`new MutationObserver((_, observer) => {
      observer.disconnect();
      const press = new MouseEvent("click", { detail: 1, bubbles: true, cancelable: true });
      document.querySelector('[data-card="${newer}"] [data-acknowledge] button').dispatchEvent(press);
    }).observe(document.querySelector("[data-cards]"), { childList: true })`);
    await raiseHit(whole, LISTED.high);
    await page.getByText("a new hit moved the board as you pressed").waitFor();
    expect((await hit(newer)).state).toBe("new");
  });

  it("asks again for an image that the archive does not show yet", async () => {
    const { page } = await board();
    const asked = { patch: 0, overview: 0 };
    const late = { patch: 1, overview: 2 };
    for (const kind of ["patch", "overview"] as const) {
      await page.route(`**/hits/*/images/${kind}`, (route) =>
        ++asked[kind] <= late[kind] ? route.fulfill({ status: 404 }) : route.continue(),
      );
    }
    const latest = await raiseHit(whole, LISTED.high, { images: true });
    const card = page.locator(`[data-card="${latest}"]`);
    // Loaded and no longer waited for: a picture has its width a moment before its page is told that it came.
    const shown = () =>
      card
        .locator("[data-image]:not([data-waiting]) img")
        .evaluateAll((images) =>
          images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0),
        );
    await expect.poll(shown).toEqual([true, true]);
    expect(asked.patch).toBeGreaterThan(late.patch);
    expect(asked.overview).toBeGreaterThan(late.overview);
  });

  it("takes away what somebody else acknowledged", async () => {
    const [mine, theirs] = [await board(), await board()];
    await theirs.page
      .locator(`[data-card="${newer}"]`)
      .getByRole("button", { name: /Acknowledge/ })
      .click();
    await mine.page.locator(`[data-card="${newer}"]`).waitFor({ state: "detached" });
    expect(await mine.ids()).toEqual([high, older, low]);
  });

  it("remembers that the sound is off, and which colours", async () => {
    const { page } = await board();
    await page.keyboard.press("m");
    await page.keyboard.press("n");
    await page.reload();
    expect(await page.getByRole("button", { name: "Sound off" }).getAttribute("aria-pressed")).toBe("false");
    await expect.poll(() => page.locator("html").getAttribute("class")).toContain("ww-board--night");
  });

  it("says when the connection is gone, and comes back by itself with what it missed", async () => {
    const { page, context } = await board();
    await context.setOffline(true);
    whole.server.server.closeAllConnections();
    await page.getByText("Reconnecting; hits may be late").waitFor();
    const missed = await raiseHit(whole, LISTED.high);
    await context.setOffline(false);
    await page.locator(`[data-card="${missed}"]`).waitFor();
    await page.getByText("Connected.").waitFor();
  });

  it("works without JavaScript: shown, acknowledged by a form, refreshed by a link", async () => {
    const { page, ids } = await board({ javaScript: false });
    expect(await ids()).toEqual([high, newer, older, low]);
    await page.locator(`[data-card="${high}"]`).getByRole("button").click();
    await page.getByText("The hit has been acknowledged.").waitFor();
    await expect.poll(ids).toEqual([newer, older, low]);
    await page.getByRole("link", { name: "Refresh" }).click();
    await page.getByText("The hit has been acknowledged.").waitFor({ state: "detached" });
    await page.locator("meta[http-equiv=refresh]").waitFor({ state: "attached" });
  });

  it("fits a small screen", async () => {
    const { page } = await board({ width: 390 });
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });

  // The last of them: what it leaves on the board would be long to clear.
  it("stays bounded under a flood, with the most urgent kept", async () => {
    const { page } = await board();
    const flood = Array.from({ length: 600 }, (_, n) =>
      aRead(1, { vrm: n % 50 === 0 ? LISTED.high : LISTED.low, at: Date.now() - 60_000 - n }),
    );
    await whole.send(flood);
    await page.getByText("showing the 200 most urgent").waitFor();
    const bounded = async (): Promise<void> => {
      await expect.poll(() => page.locator("[data-card]").count()).toBe(200);
      await expect.poll(() => page.locator('[data-card][data-priority="high"]').count()).toBe(13);
    };
    await bounded();
    await page.reload();
    await page.getByText("showing the 200 most urgent").waitFor();
    await bounded();
  });
});
