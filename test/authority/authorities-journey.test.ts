import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { WholeApp } from "../app/whole-app.ts";
import { fillRequest } from "./authority-form.ts";
import { visit, type Visit } from "../web/browser-session.ts";

describe.skipIf(!hasChromium("the way of an authority"))("authorities, in a browser", () => {
  let whole: WholeApp;
  let browser: Browser;
  const open: BrowserContext[] = [];
  const faults: string[][] = [];

  beforeAll(async () => {
    whole = await WholeApp.start();
    browser = await connectToChromium();
  });
  afterAll(async () => {
    for (const context of open) await context.close();
    await browser?.close();
    await whole?.remove();
  });

  async function as(username: string, how: Partial<Visit> = {}): Promise<Page> {
    const visited = await visit(browser, whole, { username, ...how });
    open.push(visited.context);
    faults.push(visited.faults);
    return visited.page;
  }

  it("are asked for, read back, changed, approved by another and withdrawn, without a script", async () => {
    const asker = await as("investigator", { javaScript: false });
    await asker.goto("/authorities");
    await asker.getByRole("button", { name: "Request an authority" }).click();
    await fillRequest(asker, "MID-2026-0501");
    await asker.getByLabel("Vehicles").fill("A?1");
    await asker.getByRole("button", { name: "Check the request" }).click();
    await asker.getByRole("link", { name: /“A\?1”: Character 2/ }).waitFor();
    expect(await asker.getByLabel("Reference").inputValue()).toBe("MID-2026-0501");
    await fillRequest(asker, "MID-2026-0501");
    await asker.getByRole("button", { name: "Check the request" }).click();
    await asker.getByText("Only FA12 RMR and AB12 CDE").waitFor();
    await asker.getByText("of the rank of inspector or above can approve this").waitFor();
    await asker.getByRole("button", { name: "Change it" }).click();
    expect(await asker.getByLabel("Vehicles").inputValue()).toBe("fa12 rmr\nAB12 CDE");
    await asker.getByRole("button", { name: "Check the request" }).click();
    await asker.getByRole("button", { name: "Request this authority" }).click();
    await asker.getByText("Your request has been recorded.").waitFor();
    expect(await asker.getByRole("button", { name: "Approve" }).count()).toBe(0);
    await asker.getByText("Needed: One of the roles authoriser").waitFor();

    const authoriser = await as("authoriser", { javaScript: false });
    await authoriser.goto("/authorities");
    await authoriser.getByRole("link", { name: "MID-2026-0501" }).click();
    await authoriser.getByRole("button", { name: "Approve" }).click();
    await authoriser.getByRole("link", { name: "Enter a reason, for the record" }).waitFor();
    await authoriser.getByLabel("Reason").fill("Limited to the two vans");
    await authoriser.getByRole("button", { name: "Approve" }).click();
    await authoriser.getByText("The authority has been approved.").waitFor();
    await authoriser.locator(".moj-timeline").getByText("Limited to the two vans").waitFor();

    await asker.reload();
    const enquire = asker.getByRole("link", { name: "Make an enquiry under it" });
    const authority = asker.url();
    await enquire.click();
    expect(await asker.getByLabel("Authority").inputValue()).toBe("MID-2026-0501");
    await asker.getByLabel("Reason").fill("Where the van was that night");
    await asker.getByLabel("VRM", { exact: true }).fill("fa12 rmr");
    await asker.getByRole("button", { name: "Ask", exact: true }).click();
    await asker.waitForURL(/\/enquiries\/./);
    await asker.goto("/enquiries");
    expect(await asker.getByRole("region", { name: "Your recent enquiries" }).innerText()).toContain(
      "FA12 RMR",
    );
    await asker.goto(authority);
    await asker.getByText("Withdraw it").click();
    await asker.getByLabel("Reason").fill("Solved");
    await asker.getByRole("button", { name: "Withdraw" }).click();
    await asker.getByText("enquiries can no longer rely on it").waitFor();
  });

  it("said to be given orally ask for the second factor, and are told apart until they are confirmed", async () => {
    const page = await as("investigator");
    await page.goto("/authorities/new");
    expect(await page.getByLabel("Captured from").inputValue()).not.toBe("");
    await fillRequest(page, "MID-2026-0502");
    await page.getByLabel("An authoriser gave this authority by word of mouth").check();
    await page.getByLabel("Given by").fill("authoriser");
    const soon = await page.getByLabel("Captured until").inputValue();
    const now = new Date(Date.now() - 60_000).toLocaleString("sv-SE", { timeZone: "Europe/London" });
    expect(soon > now).toBe(true);
    await page.getByLabel("Given at").fill(now.slice(0, 16).replace(" ", "T"));
    await page.getByRole("button", { name: "Check the request" }).click();
    await page.getByText("for older reads once authoriser confirms it").waitFor();
    await whole.stores.database.query("update session set stepped_up = now() - interval '1 hour'");
    await page.getByRole("button", { name: "Request this authority" }).click();
    await page.getByLabel("Code").waitFor();
    expect((await whole.call("authoriser", "/v1/authorities/MID-2026-0502")).status).toBe(404);
    await page.getByLabel("Code").fill(whole.totp());
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("It has been recorded and can be used at once.").waitFor();
  });

  it("for volume crime are approved on a criterion that is chosen", async () => {
    await whole.call("investigator", "/v1/authorities", {
      reference: "MID-2026-0503",
      purpose: "law-enforcement",
      level: "priority-volume",
      reason: "Thefts of catalytic converters; the van seen at each is to be followed to where it is kept",
      vrms: ["fa12 rmr"],
    });
    const page = await as("authoriser", { width: 390 });
    await page.goto("/authorities/MID-2026-0503");
    await page.getByLabel("Reason").fill("One of a series");
    await page.getByLabel("Exceptional criterion").selectOption({ label: "Linked series" });
    await page.getByRole("button", { name: "Approve" }).click();
    const decided = page.getByText("The authority has been approved.");
    await page.getByLabel("Code").or(decided).first().waitFor();
    if (await page.getByLabel("Code").isVisible()) {
      await page.getByLabel("Code").fill(whole.totp());
      await page.getByRole("button", { name: "Continue" }).click();
    }
    await page.getByText("The authority has been approved.").waitFor();
    await page.getByText("Linked series: The offence is one of").waitFor();
  });

  it("given orally are confirmed by their giver, with the keyboard alone", async () => {
    const page = await as("authoriser", { width: 390 });
    await page.goto("/authorities");
    await page.getByRole("link", { name: "MID-2026-0433" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("must confirm it in writing by").waitFor();
    await page.getByLabel("Reason").first().focus();
    await page.keyboard.type("A life was at risk");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("The authority has been confirmed in writing.").waitFor();
    expect(await page.getByText("must confirm it in writing by").count()).toBe(0);
  });

  it("decided by somebody else meanwhile say so", async () => {
    const page = await as("authoriser");
    await page.goto("/authorities?state=requested");
    await page.getByRole("link", { name: "MID-2026-0431" }).click();
    await whole.call("authoriser", "/v1/authorities/MID-2026-0431/refuse", { reason: "Too wide" });
    await page.getByLabel("Reason").fill("Proportionate");
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByText("MID-2026-0431 cannot be approved. It is refused").waitFor();
    await page.goto("/authorities?state=requested");
    await page.getByText("No authority that you can see is in this state").waitFor();
  });

  it("did all of it without a fault in the scripts", () => {
    expect(faults.flat()).toEqual([]);
  });
});
