import type { Browser, BrowserContext, Page } from "playwright-core";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { FIRST, SECOND, startAfterMonth } from "./past-month.ts";
import type { WholeApp } from "../app/whole-app.ts";
import { visit } from "../web/browser-session.ts";
import { violations } from "../web/violations.ts";

describe.skipIf(!hasChromium("the pages of auditors"))("auditors, in a browser", () => {
  let whole: WholeApp;
  let browser: Browser;
  let open: BrowserContext[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    const people = ["investigator", "investigator", "analyst", "investigator", "authoriser"];
    const own = Array.from({ length: 25 }, (_, n) => ({
      actor: people[n % people.length] as string,
      organisation: FIRST,
      count: n * 9,
      subject: n % 6 === 0 ? { kind: "place", nrds: [1, 2], vrm: undefined } : {},
    }));
    const others = Array.from({ length: 2 }, () => ({ actor: "investigator2", organisation: SECOND }));
    whole = await startAfterMonth([...own, ...others]);
    browser = await connectToChromium();
  });
  afterEach(async () => {
    for (const context of open) await context.close();
    open = [];
  });
  afterAll(async () => {
    await browser?.close();
    await whole?.remove();
  });

  async function enter(username: string, width = 1280, javaScript = true): Promise<Page> {
    const visited = await visit(browser, whole, { username, width, javaScript });
    open.push(visited.context);
    visited.page.on("pageerror", () => faults.push(...visited.faults));
    return visited.page;
  }

  it("an auditor searches, opens an entry, has its place proved and opens a finding about it", async () => {
    const page = await enter("auditor");
    await page.goto("/");
    await page.getByRole("link", { name: "Audit", exact: true }).first().click();
    expect(await page.getByRole("heading", { name: "Newest first" }).count()).toBe(0);
    await page.getByLabel("VRM").fill("ab11 cde");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("heading", { name: "Newest first" }).waitFor();
    await expect.poll(() => page.getByRole("row").count()).toBe(3);
    await page
      .getByRole("row", { name: /asked$/ })
      .getByRole("link")
      .click();
    await page.getByText(/is in the log of .* entries, signed .* Its proof was checked just now/).waitFor();
    const proof = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download the proof" }).click();
    const downloaded = JSON.parse(await text(await (await proof).createReadStream())) as { index: number };
    expect(downloaded.index).toBe(2);
    await page.getByText("Open a finding about it").click();
    await page.getByRole("button", { name: "Open the finding" }).click();
    await page.getByText("There is a problem").waitFor();
    await page.getByLabel("What was found").fill("The reason fits another case");
    await page.getByLabel("What should be looked into").fill("Which case was it?");
    await page.getByRole("button", { name: "Open the finding" }).click();
    await page.getByRole("heading", { name: "The reason fits another case" }).waitFor();
    await page.getByLabel("Explained").check();
    await page.getByLabel("What was found out, or done").fill("Both cases are of one operation");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Both cases are of one operation").waitFor();
    await expect.poll(() => page.locator(".govuk-tag").first().textContent()).toBe("Explained");
  });

  it("an auditor takes the next enquiry and works through the checklist, without scripts too", async () => {
    const national = await enter("nationalauditor");
    await national.goto("/audit/samples");
    await national.getByText("Draw the samples of a month now").click();
    await national.getByRole("button", { name: "Draw" }).click();
    await national.getByRole("status").waitFor();

    const page = await enter("auditor", 390, false);
    await page.goto("/audit/samples");
    await page.getByRole("button", { name: "Give me the next enquiry" }).click();
    await page.getByRole("heading", { name: "Review an enquiry" }).waitFor();
    await page.getByRole("button", { name: "Save review" }).click();
    await page.getByText("There is a problem").waitFor();
    const questions = await page.locator(".ww-question").all();
    for (const question of questions) await question.getByLabel("Yes").check();
    await questions[0]?.getByLabel("No", { exact: true }).check();
    await page.getByRole("button", { name: "Save review" }).click();
    await page.getByText("There is a problem").waitFor();
    await page.locator(".ww-question").first().getByLabel("Note").fill("It names no case");
    await page.getByRole("button", { name: "Save review" }).click();
    await page.getByText("The review has been saved.").waitFor();
    await page.goto("/audit/findings?show=open");
    await page.getByRole("link", { name: "Is a reason given, and is it specific?" }).click();
    await page.getByText("It names no case").waitFor();
  });

  it("the Commissioner is asked for a reason before a search", async () => {
    const page = await enter("commissioner");
    await page.goto("/audit");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("link", { name: "Enter the reason for opening this." }).waitFor();
    await page.getByLabel("Reason").fill("Inspection of Midshire");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("heading", { name: "Newest first" }).waitFor();
    await page.getByRole("link", { name: "Next page" }).click();
    await page.getByRole("heading", { name: "Further back" }).waitFor();
    await page.getByRole("row").nth(1).getByRole("link").click();
    await page.getByRole("heading", { name: /^Entry / }).waitFor();
    await page.goto("/audit/entries/0");
    await page.getByLabel("Reason").fill("Inspection of Midshire");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Entry 0" }).waitFor();
    for (const [address, heading] of [
      ["/audit/charts?days=90", "Patterns of use"],
      ["/audit/findings?show=open", "Findings"],
    ] as const) {
      await page.goto(address);
      await page.getByLabel("Reason").fill("Inspection of Midshire");
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByRole("heading", { name: heading, exact: true, level: 1 }).waitFor();
      // Whoever then chooses another period or state is not asked again.
      await page.getByRole("button", { name: "Show" }).click();
      await page.getByRole("heading", { name: heading, exact: true, level: 1 }).waitFor();
    }
  });

  it("a national auditor takes entries out with a reason", async () => {
    const page = await enter("nationalauditor");
    await page.goto("/audit?search=1&actor=investigator2");
    await page.getByText("Export these entries").click();
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByText("There is a problem").waitFor();
    await page.getByLabel("Why you are exporting them").fill("For the yearly report");
    const file = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export" }).click();
    const lines = (await text(await (await file).createReadStream())).trim().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ actor: "investigator2" });
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ end: true, next: null });
  });

  it("an investigator reads the own history with receipts", async () => {
    const page = await enter("investigator");
    await page.goto("/history");
    await page.getByText(/You asked for VRM AB11CDE under MID-2026-0417, which found 9 reads/).waitFor();
    expect(await page.getByRole("link", { name: "Proof of entry 2", exact: true }).getAttribute("href")).toBe(
      "/v1/audit/2/proof",
    );
  });

  describe.each([1280, 390])("at %i pixels", (width) => {
    it.each([
      ["search", "auditor", "/audit"],
      ["search with results", "nationalauditor", "/audit?search=1&head=consultation"],
      ["search with errors", "commissioner", "/audit?search=1&from=never"],
      ["search without results", "auditor", "/audit?search=1&actor=nobody"],
      ["entry", "auditor", "/audit/entries/0"],
      ["entry that asks why", "commissioner", "/audit/entries/0"],
      ["samples", "nationalauditor", "/audit/samples"],
      ["findings", "auditor", "/audit/findings"],
      ["overdue findings", "dpo", "/audit/findings?show=overdue"],
      ["finding", "auditor", "/audit/findings/1"],
      ["patterns of use", "auditor", "/audit/charts?days=90"],
      ["patterns of use of all", "nationalauditor", "/audit/charts?days=7"],
      ["own history", "investigator", "/history"],
    ])("%s has no violations and does not scroll sideways", async (_name, username, url) => {
      const page = await enter(username, width);
      const reply = await page.goto(url);
      expect(reply?.status()).toBeLessThan(401);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    });

    it("an enquiry under review has no violations and does not scroll sideways", async () => {
      const page = await enter("nationalauditor", width);
      await page.goto("/audit/samples");
      await page.getByRole("button", { name: "Give me the next enquiry" }).click();
      await page.getByRole("heading", { name: "Review an enquiry" }).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      await page.getByRole("button", { name: "Save review" }).click();
      await page.getByText("There is a problem").waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  it("did all of it without a fault in the scripts", () => {
    expect(faults).toEqual([]);
  });
});
