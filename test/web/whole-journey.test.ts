import * as OTPAuth from "otpauth";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { aRead, WholeApp } from "../app/whole-app.ts";
import { drawnJpeg } from "../servers/drawn-jpeg.ts";

/** On the seeded list of missing people. */
const WANTED = "WA19HKL";
const SHOWN = "WA19 HKL";

describe.skipIf(!hasChromium("the journey through the whole service"))(
  "the whole service, in a browser",
  () => {
    let whole: WholeApp;
    let browser: Browser;
    const open: BrowserContext[] = [];
    const faults: string[] = [];

    beforeAll(async () => {
      whole = await WholeApp.start();
      browser = await connectToChromium();
    });
    afterAll(async () => {
      for (const context of open) await context.close();
      await browser?.close();
      await whole?.remove();
    });

    /** Signs in as people do: name, password, code. */
    async function signIn(username: string): Promise<Page> {
      const context = await browser.newContext({ baseURL: whole.app.url, timezoneId: "America/New_York" });
      open.push(context);
      const page = await context.newPage();
      page.on("pageerror", (error) => void faults.push(String(error)));
      const { password, totpSecret } = whole.access;
      await page.goto("/sign-in");
      await page.getByLabel("Username").fill(username);
      await page.getByLabel("Password").fill(password);
      const totp = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(totpSecret) });
      await page.getByLabel("Code").fill(totp.generate());
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("heading", { name: "What would you like to do?" }).waitFor();
      return page;
    }

    async function sendWithImages(): Promise<void> {
      const form = new FormData();
      form.set(
        "read",
        new Blob([JSON.stringify(aRead(1, { vrm: WANTED, confidence: 96 }))], { type: "application/json" }),
      );
      for (const kind of ["patch", "overview"] as const) {
        form.set(
          kind,
          new Blob([new Uint8Array(await drawnJpeg(kind, SHOWN))], { type: "image/jpeg" }),
          `${kind}.jpg`,
        );
      }
      const reply = await whole.post("", form);
      expect(reply.body.results[0]?.verdict).toBe("stored");
    }

    /** How many images the page shows; one that did not arrive has no width. */
    const imagesShown = (page: Page): Promise<number> =>
      page
        .locator(".ww-image img")
        .evaluateAll(
          (images) =>
            images.filter((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0).length,
        );

    it("shows an operator a hit as it happens, who looks, acknowledges, verifies and closes it", async () => {
      const page = await signIn("operator");
      await page.getByRole("link", { name: "Board" }).first().click();
      await page.getByText("Connected.").waitFor();
      await page.getByText("No hits are waiting.").waitFor();

      await sendWithImages();
      const card = page.locator("[data-card]").filter({ hasText: SHOWN });
      await card.waitFor();
      await card.getByAltText("Plate as the camera saw it").waitFor();
      await card.getByRole("link", { name: SHOWN }).click();

      await page.waitForURL("**/hits/*");
      await expect.poll(() => imagesShown(page)).toBe(2);
      await page.getByRole("button", { name: "Acknowledge: I am dealing with it" }).click();
      await page.getByText("Acknowledged by").waitFor();
      await page.getByLabel("Confirmed").check();
      await page.getByRole("button", { name: "Save what the images show" }).click();
      await page.getByLabel("Outcome").selectOption("no-action");
      await page.getByLabel("Note").fill("Found well at the address");
      await page.getByRole("button", { name: "Close the hit" }).click();
      await page.getByText("Found well at the address").waitFor();
      await page.getByRole("link", { name: "Board" }).first().click();
      await page.getByText("No hits are waiting.").waitFor();
    });

    it("tells an investigator where that vehicle was today, with its images and the caution", async () => {
      const page = await signIn("investigator");
      await page.getByRole("link", { name: "Enquiries" }).first().click();
      await page.selectOption("#authority", "MID-2026-0417");
      await page.getByLabel("Reason").fill("Where the missing person was seen");
      await page.getByLabel("VRM", { exact: true }).fill(SHOWN.toLowerCase());
      await page.getByRole("button", { name: "Ask" }).click();
      await page.getByRole("heading", { name: "1 read" }).waitFor();
      await page.getByRole("region", { name: "Reads" }).getByRole("link").first().click();
      await page.waitForURL("**/reads/*");
      await page.getByText("It does not tell you who was in the vehicle").waitFor();
      await expect.poll(() => imagesShown(page)).toBe(2);
      await page.getByRole("link", { name: "Results of the enquiry" }).click();
      await page.getByRole("heading", { name: "1 read" }).waitFor();

      const asked = (await whole.stores.audit.find({ actor: "investigator", limit: 50 }))
        .filter(({ action, outcome }) => /^enquiry\.(ask|page)$/.test(action) && outcome === "allowed")
        .reverse();
      expect(asked.map(({ action }) => action)).toEqual(["enquiry.ask", "enquiry.page", "enquiry.page"]);
      expect(new Set(asked.map(({ subject }) => subject["enquiry"])).size).toBe(1);
    });

    it("lets the estate release a read that was kept apart", async () => {
      const [kept] = await whole.send(aRead(1, { vrm: "KE17APT", at: Date.now() + 150_000 }));
      expect(kept?.verdict).toBe("quarantined");
      const page = await signIn("estate");
      await page.getByRole("link", { name: "Quarantine" }).first().click();
      await page
        .getByRole("row", { name: /KE17APT/ })
        .getByRole("link")
        .click();
      await page.getByText("Everything that was sent").click();
      await page.getByText('"vrm": "KE17APT"').waitFor();
      await page.getByLabel("Reason").fill("The clock was mended since");
      await page.getByRole("button", { name: "Release to the archive" }).click();
      await page.getByText("The read has been released to the archive.").waitFor();
      await page.getByText("Nothing is waiting").waitFor();
    });

    it("did all of it without a fault in the scripts", () => {
      expect(faults).toEqual([]);
    });
  },
);
