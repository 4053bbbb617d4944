import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../src/project-root.ts";
import { writeChangedPack } from "./changed-pack.ts";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { WholeApp } from "../app/whole-app.ts";
import { visit } from "../web/browser-session.ts";
import { violations } from "../web/violations.ts";

const HOUR = 3_600_000;

describe.skipIf(!hasChromium("the journey through a change of policy"))(
  "a change of policy, in a browser",
  () => {
    const packs = mkdtempSync(join(tmpdir(), "waywarden-journey-packs-"));
    let whole: WholeApp;
    let browser: Browser;
    let digest = "";

    beforeAll(async () => {
      cpSync(join(projectRoot, "policies/uk"), join(packs, "uk"), { recursive: true });
      writeChangedPack(join(packs, "stricter"));
      whole = await WholeApp.start(undefined, { policyPack: join(packs, "uk") });
      const proposed = await whole.call<{ digest: string }>("nationaladmin", "/v1/policy/packs", {
        folder: "stricter",
        reason: "Sixty days suffice",
        effectiveFrom: new Date(Date.now() + HOUR).toISOString(),
      });
      digest = proposed.body.digest;
      browser = await connectToChromium();
    });
    afterAll(async () => {
      await browser?.close();
      await whole?.remove();
      rmSync(packs, { recursive: true, force: true });
    });

    describe.each([1280, 390])("at %i pixels", (width) => {
      it.each([
        ["to whoever may decide", "dpo2", "Decide"],
        ["to everybody else", "operator", "The whole texts"],
      ])(
        "the pack that waits is shown %s without violations or scrolling sideways",
        async (_to, username, last) => {
          const { context, page, faults } = await visit(browser, whole, { username, width });
          try {
            await page.goto("/policy");
            await page.getByRole("link", { name: "See what it would change" }).click();
            await page.getByRole("heading", { name: last, exact: true }).waitFor();
            await page.locator("summary").first().click();
            expect(await violations(page)).toEqual([]);
            expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
            expect(faults).toEqual([]);
          } finally {
            await context.close();
          }
        },
      );
    });

    it("is approved beside its difference in plain words, with a reason, without scripts", async () => {
      const { context, page } = await visit(browser, whole, { username: "dpo2", javaScript: false });
      try {
        await page.goto(`/policy/packs/${digest}`);
        const main = await page.locator("main").innerText();
        for (const text of [
          "3 values changed, 2 actions are for other roles, 1 sentence added, 1 sentence removed, 2 sentences changed.",
          "A supervisor sees the charts of their organisation.",
          "organisation-policy-is-current",
          "It decides differently.",
          "It decides the same; only its wording differs.",
          "Added: to be confirmed. Removed: tbc.",
        ])
          expect(main).toContain(text);
        expect(main).toMatch(/access\.ordinaryDays\s+In force: 90\s+In this pack: 60/);

        await page.getByRole("button", { name: "Approve" }).click();
        await page.getByRole("link", { name: "Enter a reason, for the record" }).waitFor();
        await page.getByLabel("Why").fill("Read it whole; it is stricter");
        await page.getByRole("button", { name: "Approve" }).click();
        await page.getByText("Approved. It takes effect at the time given.").waitFor();
        await page.getByRole("cell", { name: "Approved, not yet in force" }).waitFor();
        await page.getByRole("link", { name: "uk-2026.9" }).click();
        await page.getByText("Approved, not yet in force").waitFor();
        expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
      } finally {
        await context.close();
      }
    });
  },
);
