import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AccountInFullView } from "../../src/api/accounts/views.ts";
import type { SuspicionView } from "../../src/api/suspicions/views.ts";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { WholeApp } from "../app/whole-app.ts";
import { visit } from "../web/browser-session.ts";
import { violations } from "../web/violations.ts";

const WIDTHS = [1280, 390] as const;

describe.skipIf(!hasChromium("the journey through accounts and organisations"))(
  "people and organisations, in a browser",
  () => {
    let whole: WholeApp;
    let browser: Browser;
    const closing: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      whole = await WholeApp.start();
      browser = await connectToChromium();
    });
    afterAll(async () => {
      for (const close of closing) await close();
      await browser?.close();
      await whole?.remove();
    });

    /** A window of somebody who is signed in; without scripts, because every form must work so. */
    async function windowOf(username: string, javaScript = false): Promise<Page> {
      const { context, page } = await visit(browser, whole, { username, javaScript });
      closing.push(() => context.close());
      return page;
    }

    const press = (page: Page, name: string): Promise<void> => page.getByRole("button", { name }).click();
    const heading = (page: Page, name: string): Promise<void> =>
      page.getByRole("heading", { name, exact: true }).waitFor();

    it("lets an administrator make an account, be told what is wrong, and hand over a link that works once", async () => {
      const page = await windowOf("admin");
      await page.goto("/");
      await page.getByRole("link", { name: "Accounts" }).first().click();
      await page.getByRole("button", { name: "Create an account" }).click();
      await press(page, "Create the account");
      await page.getByRole("link", { name: "Select at least one role" }).waitFor();

      await page.getByLabel("Username").fill("piotr.nowak");
      await page.getByLabel("Full name").fill("Piotr Nowak");
      await page.getByLabel("Investigator", { exact: true }).check();
      await page.getByLabel("Administrator", { exact: true }).check();
      await page.getByLabel("Vetting").selectOption("NPPV3");
      await press(page, "Create the account");
      await page.getByRole("link", { name: /cannot combine working with reads/ }).waitFor();
      expect(await page.getByLabel("Full name").inputValue()).toBe("Piotr Nowak");
      await page.getByLabel("Administrator", { exact: true }).uncheck();
      await press(page, "Create the account");
      await heading(page, "Give this link to piotr.nowak");
      const link = (await page.locator("#link").textContent()) ?? "";
      expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/enrol\/[\w-]{43}$/);
      expect((await whole.fetch(new URL(link).pathname)).status).toBe(200);
    });

    it("lets an administrator change an account, with why in its history, and review the permissions", async () => {
      const page = await windowOf("admin");
      await page.goto("/accounts/piotr.nowak/change");
      await page.getByLabel("Investigator", { exact: true }).uncheck();
      await page.getByLabel("Analyst", { exact: true }).check();
      await page.getByLabel("Rank").selectOption("sergeant");
      await page.getByLabel("Reason for the change").fill("Moves to the analysts in December");
      await press(page, "Change the account");
      await page.getByText("The account has been changed.").waitFor();
      await page.getByText("roles: investigator to analyst").waitFor();
      await page.getByText("rank: none to sergeant").waitFor();
      await page.getByText("Review the permissions of Piotr Nowak").waitFor();

      // Whoever changed the roles does not review them.
      await page.getByRole("link", { name: "Tasks" }).first().click();
      await page.getByText("Review the permissions of Piotr Nowak").first().waitFor();
      await page.goto("/accounts/piotr.nowak");
      expect(await page.getByRole("button", { name: "Permissions reviewed" }).count()).toBe(0);

      const other = await windowOf("nationaladmin");
      await other.goto("/tasks");
      await other.getByRole("link", { name: /Review the permissions of Piotr Nowak/ }).click();
      await other.getByLabel("What the review found").fill("Covert cameras are no longer needed");
      await press(other, "Permissions reviewed");
      await other.getByText("This has been recorded as done.").waitFor();
      expect(await other.getByText("Review the permissions of").count()).toBe(0);
    });

    it("stops a change of what somebody else has changed meanwhile, and changes nothing", async () => {
      const [first, second] = await Promise.all([windowOf("admin"), windowOf("nationaladmin")]);
      for (const page of [first, second]) await page.goto("/accounts/piotr.nowak");
      for (const [page, reason] of [
        [first, "Long absence"],
        [second, "Complaint received"],
      ] as const) {
        await page.getByLabel("Suspend", { exact: true }).check();
        await page.getByLabel("Reason", { exact: true }).fill(reason);
        await press(page, "Confirm");
      }
      await first.getByText("The account has been suspended").waitFor();
      await second.getByText("has changed since you opened it").waitFor();
      const { body } = await whole.call<AccountInFullView>("admin", "/v1/accounts/piotr.nowak");
      expect([body.state, body.stateWhy]).toEqual(["suspended", "Long absence"]);
    });

    it("lets an administrator renew the organisation's written policy, and only the own one's", async () => {
      const page = await windowOf("admin");
      await page.goto("/organisations/midshire-constabulary");
      await page.getByLabel("Reference").fill("ANPR-MID-4");
      await page.getByLabel("Valid until the end of").fill("");
      await press(page, "Change its details");
      await page.getByRole("link", { name: "Enter the last day the policy is valid" }).waitFor();
      await page.getByLabel("Valid until the end of").fill("2027-08-31");
      await page.getByLabel("Reason for the change").fill("Yearly renewal");
      await press(page, "Change its details");
      await page.getByText("The organisation has been changed.").waitFor();
      await page.getByText("31 August 2027").waitFor();
      await page.goto("/organisations/northmoor-police");
      await page.getByText("you have the role administrator").waitFor();
      expect(await page.getByRole("button", { name: "Change its details" }).count()).toBe(0);
    });

    it("shows a supervisor why somebody was suspended, who lifts it with a reason", async () => {
      for (let batch = 0; batch < 15; batch++)
        await Promise.all(Array.from({ length: 10 }, () => whole.call("listmanager", "/v1/retention")));
      const found = async (): Promise<readonly SuspicionView[]> =>
        (await whole.call<{ items: SuspicionView[] }>("supervisor", "/v1/suspicions")).body.items;
      await expect.poll(async () => (await found()).length).toBe(1);

      const page = await windowOf("supervisor");
      await page.goto("/");
      await page.getByRole("link", { name: "One suspicion is waiting for a decision" }).click();
      await page.getByRole("region", { name: "Suspicions" }).getByRole("link").click();
      await heading(page, "Leah Brandt");
      await page.getByText("Refused 150 times in 10 minutes").waitFor();
      await press(page, "Save decision");
      await page.getByRole("link", { name: "Enter a reason, for the record" }).waitFor();
      await page.getByLabel("Lift the suspension").check();
      await page.getByLabel("Reason").fill("A page that reloads itself; spoken with her");
      await press(page, "Save decision");
      await page.getByText("lifted by supervisor").waitFor();
      const { body } = await whole.call<AccountInFullView>("admin", "/v1/accounts/listmanager");
      expect(body.state).toBe("active");
    });

    it("tells an administrator whose training is overdue and who leaves, with what comes of it", async () => {
      const change = async (username: string, to: object) => {
        const { body } = await whole.call<AccountInFullView>("admin", `/v1/accounts/${username}`);
        const why = { version: body.version, reason: "Personnel file" };
        await whole.call("admin", `/v1/accounts/${username}`, { ...why, ...to }, "PATCH");
      };
      await change("operator", { trainedOn: "2024-01-15" });
      await change("estate", { leavesOn: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10) });
      const page = await windowOf("admin");
      await page.goto("/");
      await page.getByRole("link", { name: "One task is overdue" }).click();
      await page.getByText("Without it the person cannot make enquiries.").waitFor();
      const due = page.getByRole("listitem").filter({ hasText: "Due" });
      await due.nth(1).waitFor();
      const [first, second] = await due.allTextContents();
      expect(first).toContain("Renew the training of Olu Adeyemi");
      expect(first).toContain("Without it the person cannot make enquiries.");
      expect(second).toContain("End the account of Evan Pritchard, who is leaving");
      expect(second).toContain("in 6 days");
    });

    describe.each(WIDTHS)("at %i pixels", (width) => {
      it.each([
        ["accounts", "admin", "/accounts"],
        ["accounts of every organisation", "nationaladmin", "/accounts"],
        ["an empty search", "admin", "/accounts?search=nobody"],
        ["a new account", "admin", "/accounts/new"],
        ["a change of an account", "admin", "/accounts/investigator/change"],
        ["an account", "admin", "/accounts/piotr.nowak"],
        ["an account that may not be changed", "supervisor", "/accounts/listmanager"],
        ["tasks", "admin", "/tasks"],
        ["suspicions", "supervisor", "/suspicions"],
        ["every suspicion", "supervisor", "/suspicions?show=all"],
        ["a suspicion", "nationalauditor", "/suspicions/1"],
        ["organisations", "nationaladmin", "/organisations"],
        ["an organisation", "nationaladmin", "/organisations/midshire-constabulary"],
        ["an organisation of others", "auditor", "/organisations/northmoor-police"],
        ["home with what waits", "supervisor", "/"],
      ])("%s has no violations and does not scroll sideways", async (_name, username, url) => {
        const { context, page, faults } = await visit(browser, whole, { username, width });
        try {
          const reply = await page.goto(url);
          expect(reply?.status()).toBe(200);
          expect(await violations(page)).toEqual([]);
          expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
          expect(faults).toEqual([]);
        } finally {
          await context.close();
        }
      });
    });
  },
);
