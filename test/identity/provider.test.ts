import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { startOpenIdProvider, type OpenIdProvider } from "../servers/openid-provider.ts";
import { WholeApp, type Refused } from "../app/whole-app.ts";

type Going = Omit<RequestInit, "headers"> & { readonly headers?: Record<string, string> };

/** A browser of its own: it follows redirects and keeps the cookies of each host. */
class Browsing {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Goes somewhere and on from there, until an answer that leads nowhere else or an address that is the `end`. */
  async get(address: string, init: Going = {}, end = "nowhere"): Promise<{ reply: Response; url: URL }> {
    let url = new URL(address);
    let next = init;
    for (let hop = 0; hop < 20; hop++) {
      const jar = this.jar(url);
      const cookie = Array.from(jar, (pair) => pair.join("=")).join("; ");
      const reply = await fetch(url, { ...next, redirect: "manual", headers: { ...next.headers, cookie } });
      for (const line of reply.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === "") jar.delete(name);
        else jar.set(name, value);
      }
      const location = reply.headers.get("location");
      if (location === null) return { reply, url };
      url = new URL(location, url);
      if (url.pathname === end) return { reply, url };
      next = {};
    }
    throw new Error("Too many redirects");
  }

  jar(url: URL): Map<string, string> {
    const jar = this.#cookies.get(url.host) ?? new Map<string, string>();
    this.#cookies.set(url.host, jar);
    return jar;
  }
}

describe("an organisation's own sign-in", () => {
  let whole: WholeApp;
  let provider: OpenIdProvider;
  const CODE = "midshire-constabulary";
  const CALLBACK = "/sign-in/provider/callback";
  const begin = (): string => `${whole.app.url}/sign-in/provider/${CODE}`;
  const session = (browsing: Browsing): string | undefined =>
    browsing.jar(new URL(whole.app.url)).get("waywarden_session");
  const form = (fields: Record<string, string>): Going => ({
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
  const why = async (): Promise<unknown> =>
    (await whole.stores.audit.find({ action: "session.refuse", limit: 1 }))[0]?.subject["why"];
  const configure = async (
    usernameClaim: "preferred_username" | "email",
    { enabled = true, trustsSecondFactor = true } = {},
  ) => {
    const { issuer, clientId, clientSecret } = provider;
    const emailDomain = usernameClaim === "email" ? "midshire.example" : null;
    const settings = {
      issuer,
      clientId,
      clientSecret,
      usernameClaim,
      emailDomain,
      trustsSecondFactor,
      enabled,
    };
    const reply = await whole.call("nationaladmin", `/v1/organisations/${CODE}/provider`, settings, "PUT");
    expect(reply.status).toBe(204);
  };

  beforeAll(async () => {
    whole = await WholeApp.start();
    await whole.join("elsewhere", "operator", SECOND_ORGANISATION);
    provider = await startOpenIdProvider(whole.app.url + CALLBACK);
    await configure("preferred_username");
  });
  afterAll(async () => {
    await provider?.stop();
    await whole?.remove();
  });

  it("is offered on the sign-in page, by name, and its secret is kept sealed", async () => {
    expect(await (await whole.fetch("/sign-in")).text()).toContain("your organisation’s own account");
    expect(await (await whole.fetch("/sign-in/provider")).text()).toContain(FIRST_ORGANISATION);
    const rows = await whole.stores.database.query<{ client_secret: Buffer }>(
      "select client_secret from organisation_provider",
    );
    expect(rows[0]?.client_secret.includes(provider.clientSecret)).toBe(false);
    expect(JSON.stringify(await whole.stores.audit.find({ limit: 50 }))).not.toContain(provider.clientSecret);
  });

  it("is set up nationally, over https, and its secret is never shown", async () => {
    const own = `/v1/organisations/${CODE}/provider`;
    const shown = await whole.call<object>("admin", own);
    expect(shown.body).toMatchObject({ issuer: provider.issuer, enabled: true });
    expect(JSON.stringify(shown.body)).not.toContain(provider.clientSecret);
    const settings = {
      issuer: "http://id.example",
      clientId: "a",
      clientSecret: "b",
      usernameClaim: "email",
      enabled: true,
    };
    for (const differing of [
      {},
      { issuer: "https://10.0.0.7", emailDomain: "id.example" },
      { issuer: "https://id.example" },
      { issuer: "https://id.example", emailDomain: "not a domain" },
    ]) {
      const put = { ...settings, ...differing };
      const refused = await whole.call<Refused>("nationaladmin", own, put, "PUT");
      expect([put, refused.status, refused.body.code]).toEqual([put, 400, "INPUT_INVALID"]);
    }
    const other = "/v1/organisations/northmoor-police/provider";
    const secure = { ...settings, issuer: "https://id.example" };
    expect((await whole.call("admin", other, secure, "PUT")).status).toBe(404);
    expect((await whole.call("operator", own, secure, "PUT")).status).toBe(403);
  });

  it("is switched and given a new secret by its own administrators, who never say who vouches", async () => {
    const own = `/v1/organisations/${CODE}/provider`;
    await whole.join("keeper", "admin", FIRST_ORGANISATION);
    const { body: shown } = await whole.call<{ organisation?: string }>("keeper", own);
    const { organisation: _code, ...asItIs } = shown;
    for (const differing of [
      { issuer: "https://id.example" },
      { clientId: "another" },
      { usernameClaim: "email", emailDomain: "id.example" },
      { trustsSecondFactor: false },
    ]) {
      const refused = await whole.call<Refused>("keeper", own, { ...asItIs, ...differing }, "PUT");
      expect([differing, refused.status]).toEqual([differing, 403]);
      const [entry] = await whole.stores.audit.find({ action: "provider.configure", limit: 1 });
      expect(entry).toMatchObject({ actor: "keeper", outcome: "refused" });
    }
    const secret = { ...asItIs, clientSecret: provider.clientSecret };
    expect((await whole.call("keeper", own, secret, "PUT")).status).toBe(204);
  });

  it("asks for our own code the first time, and trusts the provider's second factor from then on", async () => {
    provider.signInAs({ sub: "1", preferredUsername: "Operator", amr: ["pwd", "mfa"] });
    const first = new Browsing();
    const { url } = await first.get(begin());
    expect([url.pathname, session(first)]).toEqual(["/sign-in/code", undefined]);
    await first.get(url.href, form({ code: whole.totp() }));
    expect(session(first)).toBeDefined();
    const browsing = new Browsing();
    const { reply } = await browsing.get(begin());
    expect(reply.status).toBe(200);
    expect(await reply.text()).toContain("You are signed in");
    const me = await whole.fetch("/v1/session", {
      headers: { cookie: `waywarden_session=${session(browsing)}` },
    });
    expect(await me.json()).toMatchObject({ person: { username: "operator" } });
    const [entry] = await whole.stores.audit.find({ action: "session.open", limit: 1 });
    expect(entry).toMatchObject({ actor: "operator", subject: { method: "provider" } });
  });

  it("asks for our own code where the provider did not, and nothing is open before it", async () => {
    provider.signInAs({ sub: "2", preferredUsername: "analyst", amr: ["pwd"] });
    const browsing = new Browsing();
    const { url } = await browsing.get(begin());
    expect(url.pathname).toBe("/sign-in/code");
    expect(session(browsing)).toBeUndefined();
    const wrong = await browsing.get(url.href, form({ code: "000000" }));
    expect(wrong.reply.status).toBe(401);
    const right = await browsing.get(url.href, form({ code: whole.totp() }));
    expect(await right.reply.text()).toContain("You are signed in");
    expect(session(browsing)).toBeDefined();
    const again = await new Browsing().get(url.href, form({ code: whole.totp() }));
    expect(again.reply.status).toBe(401);
  });

  it("makes no account, and vouches for nobody of another organisation", async () => {
    for (const preferredUsername of ["nobody-here", "elsewhere", "investigator2", "оperator", ""]) {
      provider.signInAs({ sub: `of ${preferredUsername}`, preferredUsername, amr: ["mfa"] });
      const browsing = new Browsing();
      const { reply } = await browsing.get(begin());
      expect([preferredUsername, reply.status, session(browsing)]).toEqual([
        preferredUsername,
        401,
        undefined,
      ]);
      expect(await why()).toBe("provider");
    }
  });

  it("vouches for no administrator and no national role, whatever it says", async () => {
    await whole.join("national", "nationaladmin", FIRST_ORGANISATION);
    await whole.join("overseer", "nationalauditor", FIRST_ORGANISATION);
    for (const preferredUsername of ["national", "overseer", "admin"]) {
      provider.signInAs({ sub: `of ${preferredUsername}`, preferredUsername, amr: ["mfa"] });
      const browsing = new Browsing();
      const { reply, url } = await browsing.get(begin());
      expect([preferredUsername, reply.status, session(browsing)]).toEqual([
        preferredUsername,
        401,
        undefined,
      ]);
      expect([url.pathname, await why()]).toEqual([CALLBACK, "provider"]);
    }
  });

  it("means the same person by a subject, whatever it calls them later", async () => {
    provider.signInAs({ sub: "1", preferredUsername: "supervisor", amr: ["mfa"] });
    const same = new Browsing();
    await same.get(begin());
    const me = await whole.fetch("/v1/session", {
      headers: { cookie: `waywarden_session=${session(same)}` },
    });
    expect(await me.json()).toMatchObject({ person: { username: "operator" } });
    provider.signInAs({ sub: "another", preferredUsername: "operator", amr: ["mfa"] });
    const other = new Browsing();
    expect((await other.get(begin())).reply.status).toBe(401);
    expect(session(other)).toBeUndefined();
  });

  it("always asks for our own code where nobody trusts the provider's second factor", async () => {
    await configure("preferred_username", { trustsSecondFactor: false });
    provider.signInAs({ sub: "1", preferredUsername: "operator", amr: ["mfa"] });
    expect((await new Browsing().get(begin())).url.pathname).toBe("/sign-in/code");
    await configure("preferred_username");
  });

  it("is finished only by the browser that began it, once, and with what it was asked", async () => {
    provider.signInAs({ sub: "1", preferredUsername: "operator", amr: ["mfa"] });
    const [own, other] = [new Browsing(), new Browsing()];
    const callback = (await own.get(begin(), {}, CALLBACK)).url.href;
    expect((await other.get(callback)).reply.status).toBe(401);
    expect(session(other)).toBeUndefined();
    const altered = new URL(callback);
    altered.searchParams.set("state", "another");
    const third = new Browsing();
    await third.get(begin(), {}, CALLBACK);
    expect((await third.get(altered.href)).reply.status).toBe(401);
    expect((await own.get(callback)).reply.status).toBe(200);
    expect((await own.get(callback)).reply.status).toBe(401);
  });

  it("may name people by their e-mail address, of its own domain and not one it knows to be unproved", async () => {
    await configure("email");
    const who = { sub: "3", preferredUsername: "x", amr: ["mfa"] };
    for (const claims of [
      { email: "listmanager@elsewhere.example" },
      { email: "listmanager@midshire.example@elsewhere.example" },
      { email: "listmanager@midshire.example", emailVerified: false },
    ]) {
      provider.signInAs({ ...who, ...claims });
      expect([claims, (await new Browsing().get(begin())).reply.status]).toEqual([claims, 401]);
    }
    provider.signInAs({ ...who, email: "listmanager@Midshire.example" });
    expect((await new Browsing().get(begin())).url.pathname).toBe("/sign-in/code");
    await configure("preferred_username");
  });

  it("is refused to a suspended account, and ends where it is switched off, unknown or out of reach", async () => {
    await whole.join("stopped", "operator", FIRST_ORGANISATION);
    await whole.stores.database.query("update person set state = 'suspended' where username = 'stopped'");
    provider.signInAs({ sub: "4", preferredUsername: "stopped", amr: ["mfa"] });
    expect((await new Browsing().get(begin())).reply.status).toBe(401);
    expect((await whole.fetch("/sign-in/provider/no-such-force")).status).toBe(404);
    expect((await whole.fetch("/sign-in/provider/%00")).status).toBe(404);
    await configure("preferred_username", { enabled: false });
    expect((await whole.fetch(new URL(begin()).pathname, { redirect: "manual" })).status).toBe(404);
    await configure("preferred_username");
    await provider.stop();
    expect((await whole.fetch(new URL(begin()).pathname, { redirect: "manual" })).status).toBe(503);
  });
});
