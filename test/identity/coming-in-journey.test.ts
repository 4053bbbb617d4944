import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIRST_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { totpCode, totpSecretOf } from "../../src/identity/sign-in/totp.ts";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { WholeApp } from "../app/whole-app.ts";
import { violations } from "../web/violations.ts";

const PASSWORD = "harbour velvet cactus";

describe.skipIf(!hasChromium("the journey of coming in"))("coming in, in a browser", () => {
  let whole: WholeApp;
  let browser: Browser;
  /** Passkeys belong to a name, never to an address. */
  let base: string;
  const open: BrowserContext[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    whole = await WholeApp.start();
    base = whole.app.url.replace("127.0.0.1", "localhost");
    browser = await connectToChromium();
  });
  afterAll(async () => {
    for (const context of open) await context.close();
    await browser?.close();
    await whole?.remove();
  });

  async function newPage(javaScriptEnabled = true): Promise<Page> {
    const context = await browser.newContext({ baseURL: base, javaScriptEnabled });
    open.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => void faults.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy|Uncaught/.test(message.text())) faults.push(message.text());
    });
    return page;
  }

  /** Right at both widths: nothing that axe finds, nothing that scrolls sideways. */
  async function inspect(page: Page): Promise<void> {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect([page.url(), await violations(page)]).toEqual([page.url(), []]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }

  async function signIn(page: Page, username: string, password: string, code: string): Promise<void> {
    await page.goto("/sign-in");
    await page.getByLabel("Username").fill(username);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Code", { exact: true }).fill(code);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "What would you like to do?" }).waitFor();
  }

  let joined = 0;
  async function somebody(): Promise<string> {
    const username = `traveller${++joined}`;
    await whole.join(username, "operator", FIRST_ORGANISATION);
    return username;
  }
  const letTimePass = (username: string): Promise<unknown> =>
    whole.stores.database.query(
      `update session set stepped_up = stepped_up - interval '16 minutes'
        where person_id = (select id from person where username = $1)`,
      [username],
    );

  it("is by a link, once: password, authenticator, recovery codes, and then sign-in, all without scripts", async () => {
    const [own] = await whole.stores.organisations.ensure([FIRST_ORGANISATION]);
    const person = await whole.stores.people.add({
      username: "newcomer",
      fullName: "Newly Come",
      roles: ["operator"],
      organisation: own?.id ?? 0,
      passwordHash: null,
      totpSecret: null,
    });
    const { path } = await whole.app.identity.enrolments.newEnrolment(person);
    const page = await newPage(false);
    await page.goto(path);
    await page.getByRole("img", { name: "QR code" }).waitFor();
    const secret = ((await page.locator(".ww-secret").textContent()) ?? "").replaceAll(" ", "");
    const code = (): string => totpCode(totpSecretOf(secret), Date.now());
    await page.getByLabel("Password", { exact: true }).fill("newcomer2026");
    await page.getByLabel("Code", { exact: true }).fill("000000");
    await page.getByRole("button", { name: "Set up my account" }).click();
    await page.getByRole("heading", { name: "There is a problem" }).waitFor();
    await page.getByText("made of your name").first().waitFor();
    await page.getByText("not the code that your authenticator shows").first().waitFor();
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Code", { exact: true }).fill(code());
    await page.getByRole("button", { name: "Set up my account" }).click();
    await page.getByRole("heading", { name: "Save these recovery codes" }).waitFor();
    await expect.poll(() => page.locator(".ww-codes li").count()).toBe(10);
    const codes = await page.locator(".ww-codes li").allTextContents();
    await page.goto(path);
    await page.getByRole("heading", { name: "This link does not work" }).waitFor();
    await signIn(page, "newcomer", PASSWORD, codes[0] ?? "");
    await page.getByRole("link", { name: "Newly Come" }).click();
    await page.getByText("You have 9 left").waitFor();
    await page.getByText("Password and recovery code").waitFor();
  });

  it("shows each of its pages right at both widths, with errors and without", async () => {
    const [own] = await whole.stores.organisations.ensure([FIRST_ORGANISATION]);
    const person = await whole.stores.people.add({
      username: "looker",
      fullName: "Long-Named Llewellyn-Featherstonehaugh",
      roles: ["operator"],
      organisation: own?.id ?? 0,
      passwordHash: null,
      totpSecret: null,
    });
    const { path } = await whole.app.identity.enrolments.newEnrolment(person);
    const page = await newPage();
    await page.goto(path);
    await inspect(page);
    await page.getByRole("button", { name: "Set up my account" }).click();
    await page.getByRole("heading", { name: "There is a problem" }).waitFor();
    await inspect(page);
    const secret = ((await page.locator(".ww-secret").textContent()) ?? "").replaceAll(" ", "");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Code", { exact: true }).fill(totpCode(totpSecretOf(secret), Date.now()));
    await page.getByRole("button", { name: "Set up my account" }).click();
    await page.getByRole("heading", { name: "Save these recovery codes" }).waitFor();
    await inspect(page);
    for (const address of [path, "/sign-in", "/sign-in/provider", "/sign-in/code"]) {
      await page.goto(address);
      await inspect(page);
    }
    await signIn(page, await somebody(), whole.access.password, whole.totp());
    for (const address of ["/account?done=session", "/account/password", "/step-up"]) {
      await page.goto(address);
      await inspect(page);
    }
  });

  it("is by an organisation's own accounts where a national administrator set that up", async () => {
    const page = await newPage();
    await signIn(page, "nationaladmin", whole.access.password, whole.totp());
    await page.goto("/organisations/midshire-constabulary");
    await page.getByRole("link", { name: "Sign-in with the organisation’s own accounts" }).click();
    await page.getByRole("button", { name: "Save sign-in" }).click();
    await page.getByText("Enter the provider’s issuer").first().waitFor();
    await inspect(page);
    await page.getByLabel("Issuer").fill("http://id.example");
    await page.getByLabel("Client ID").fill("waywarden");
    await page.getByLabel("Client secret").fill("a secret");
    await page.getByRole("button", { name: "Save sign-in" }).click();
    await page.getByText("Enter the public https address").first().waitFor();
    await page.getByLabel("Issuer").fill("https://id.example");
    await page.getByLabel("Client secret").fill("a secret");
    await page.getByRole("button", { name: "Save sign-in" }).click();
    await page.getByText("The organisation’s sign-in has been saved.").waitFor();
    expect(await page.getByLabel("Client secret").inputValue()).toBe("");
    await inspect(page);
    await page.getByLabel("Off: people use").check();
    await page.getByRole("button", { name: "Save sign-in" }).click();
    await page.getByText("The organisation’s sign-in has been saved.").waitFor();

    const own = await newPage();
    await signIn(own, "admin", whole.access.password, whole.totp());
    await own.goto("/organisations/midshire-constabulary/sign-in");
    await own.getByText("Only a national administrator can change that.").waitFor();
    await inspect(own);
    expect((await own.goto("/organisations/northmoor-police/sign-in"))?.status()).toBe(404);
  });

  it("is by passkey, which is both factors, and which its owner removes again", async () => {
    const username = await somebody();
    const page = await newPage();
    const devTools = await page.context().newCDPSession(page);
    await devTools.send("WebAuthn.enable");
    const { authenticatorId } = await devTools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await signIn(page, username, whole.access.password, whole.totp());
    await letTimePass(username);
    await page.goto("/account");
    await page.getByLabel("Name of the new passkey").fill("Work telephone");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("heading", { name: "Enter your code again" }).waitFor();
    await page.getByLabel("Code", { exact: true }).fill(whole.totp());
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Name of the new passkey").fill("Work telephone");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("The passkey has been added.").waitFor();
    await page.getByRole("listitem").filter({ hasText: "Work telephone" }).waitFor();
    await inspect(page);

    await page.getByRole("button", { name: "Sign out" }).click();
    // Its script is there once the page has loaded.
    await page.waitForURL(/\/sign-in/);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "What would you like to do?" }).waitFor();
    const entries = await whole.stores.audit.find({ action: "session.open", actor: username, limit: 1 });
    expect(entries[0]?.subject["method"]).toBe("passkey");

    // A device that does not ask who holds it is only one factor.
    await page.getByRole("button", { name: "Sign out" }).click();
    await devTools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("No passkey was used.").waitFor();
    await devTools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "What would you like to do?" }).waitFor();

    await page.goto("/account");
    await page.getByRole("button", { name: "Remove Work telephone" }).click();
    await page.getByText("The passkey has been removed.").waitFor();
    await page.getByText("You have no passkeys.").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("This passkey does not belong to an account here.").waitFor();
  });

  it("keeps what was filled in when the second factor is asked again, also without scripts", async () => {
    const username = await somebody();
    const page = await newPage(false);
    await signIn(page, username, whole.access.password, whole.totp());
    await page.goto("/account");
    await letTimePass(username);
    await page.getByRole("button", { name: "Create new recovery codes" }).click();
    await page.getByRole("heading", { name: "Enter your code again" }).waitFor();
    await page.getByLabel("Code", { exact: true }).fill("12");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Enter the 6-digit code").first().waitFor();
    await page.getByLabel("Code", { exact: true }).fill("000000");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("This code is wrong").first().waitFor();
    await page.getByLabel("Code", { exact: true }).fill(whole.totp());
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "New recovery codes" }).waitFor();
    await expect.poll(() => page.locator(".ww-codes li").count()).toBe(10);

    await letTimePass(username);
    await page.goto("/account/password");
    await page.getByRole("heading", { name: "Enter your code again" }).waitFor();
    await page.getByLabel("Code", { exact: true }).fill(whole.totp());
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Current password").fill(whole.access.password);
    await page.getByLabel("New password").fill("qwertyuiop12");
    await page.getByRole("button", { name: "Change my password" }).click();
    await page.getByText("made of common words").first().waitFor();
    await page.getByLabel("Current password").fill(whole.access.password);
    await page.getByLabel("New password").fill(PASSWORD);
    await page.getByRole("button", { name: "Change my password" }).click();
    await page.getByText("Your password has been changed.").waitFor();
  });

  it("shows a person where they are signed in, and ends what they do not know", async () => {
    const username = await somebody();
    const [here, there] = [await newPage(), await newPage()];
    await signIn(here, username, whole.access.password, whole.totp());
    await signIn(there, username, whole.access.password, whole.totp());
    await here.goto("/account");
    await here.getByText("this session").waitFor();
    await here.getByRole("button", { name: "End the session on Chrome on Linux" }).click();
    await here.getByText("The session has ended.").waitFor();
    await there.goto("/account");
    await there.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  });

  it("offers no passkey where scripts cannot run, and says why", async () => {
    const page = await newPage(false);
    await page.goto("/sign-in");
    expect(await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible()).toBe(false);
    await signIn(page, await somebody(), whole.access.password, whole.totp());
    await page.goto("/account");
    await page.getByText("you need JavaScript").waitFor();
  });

  it("did all of it without a fault in the scripts", () => {
    expect(faults).toEqual([]);
  });
});
