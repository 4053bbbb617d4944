import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startApp, type App } from "../../app.ts";
import { openStores } from "../../app/stores.ts";
import { loadSettings } from "../../config.ts";
import { totpCode, totpSecretOf } from "../../identity/sign-in/totp.ts";
import { runCommand } from "../commands.ts";
import { until } from "../../../test/until.ts";

const SETUP = ["setup", "--organisation", "Midshire Constabulary", "--admin", "chief"];

describe("the first run of a real installation", () => {
  let folder: string;
  let app: App | undefined;
  let said: string[] = [];
  let complained: string[] = [];
  const told = (what: string): string => new RegExp(`${what} +(\\S+)`).exec(said.join("\n"))?.[1] as string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "waywarden-setup-"));
    vi.stubEnv("WAYWARDEN_DATA", folder);
    vi.spyOn(console, "log").mockImplementation((text: string) => void said.push(text));
    vi.spyOn(console, "error").mockImplementation((text: string) => void complained.push(text));
  });
  afterAll(async () => {
    await app?.close();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it("makes keys that only their owner reads, and tells the secrets once", async () => {
    expect(await runCommand(SETUP)).toBe(0);
    for (const file of ["master.key", "signing.pem"])
      expect(statSync(join(folder, "keys", file)).mode & 0o077).toBe(0);
    expect(told("Enrolment link")).toMatch(/^http:\/\/127\.0\.0\.1:8420\/enrol\/[A-Za-z0-9_-]{43}$/);
    expect(told("Feed token")).toMatch(/^\S{16,}$/);
    expect(said.join("\n")).not.toMatch(/password {2}|TOTP/i);
  });

  it("has each thing it made in the log", async () => {
    const stores = await openStores(loadSettings(process.env), false, () => []);
    try {
      const entries = await stores.audit.find({ actor: "setup", limit: 20 });
      expect(
        entries.filter(({ outcome }) => outcome === "done").map(({ action, subject }) => [action, subject]),
      ).toMatchObject([
        ["source.add", { source: 1, name: "First feed" }],
        ["person.link", { account: "chief" }],
        ["person.add", { account: "chief", roles: expect.arrayContaining(["nationaladmin"]) as string[] }],
        ["organisation.change", { organisation: "Midshire Constabulary", before: null }],
      ]);
    } finally {
      await stores.close();
    }
  });

  it("refuses a second time", async () => {
    const before = [...said];
    expect(await runCommand(SETUP)).toBe(1);
    expect(complained.at(-1)).toContain("setup runs only once");
    expect(said).toEqual(before);
  });

  it("brings back a national administrator by a new link, only where none is active, and logs it", async () => {
    expect(await runCommand(["setup", "--relink", "somebody"])).toBe(1);
    expect(complained.at(-1)).toContain("is not a national administrator");
    const first = said;
    said = [];
    expect(await runCommand(["setup", "--relink", "chief"])).toBe(0);
    expect(told("Enrolment link")).toMatch(/\/enrol\/[A-Za-z0-9_-]{43}$/);
    said = [...said, ...first];
  });

  it("leaves a service that starts without making keys, takes its feed and lets its administrator ask the doctor", async () => {
    const settings = loadSettings({}, { overrides: { data: folder, port: 0, logLevel: "silent" } });
    app = await startApp(settings, { createKeys: false, demo: false });
    const { url } = app;
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    app.ready();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);

    const read = {
      nrd: { feed: 1, source: 1, camera: 1 },
      vrm: "AB12CDE",
      captured: new Date().toISOString(),
    };
    const headers = { authorization: `Bearer ${told("Feed token")}`, "content-type": "application/json" };
    const reply = await fetch(`${url}/v1/reads`, { method: "POST", headers, body: JSON.stringify(read) });
    expect(await reply.json()).toMatchObject({ results: [{ verdict: "quarantined", code: "NRD_UNKNOWN" }] });

    await until(async () => expect(await app?.stores.receipts.lastSuccess()).not.toBeNull());
    const password = "harbour velvet cactus";
    const token = new URL(told("Enrolment link")).pathname.split("/").at(-1);
    const enrolment = async (path: string, body: object) => {
      const init = { method: "POST", headers: { "content-type": "application/json" } };
      const answer = await fetch(`${url}${path}`, { ...init, body: JSON.stringify({ token, ...body }) });
      return (await answer.json()) as Record<"totpSecret" | "authenticator" | "code", string> & {
        recoveryCodes: string[];
      };
    };
    const { totpSecret, authenticator } = await enrolment("/v1/enrolment/open", {});
    const secret = totpSecretOf(totpSecret);
    const earlier = totpCode(secret, Date.now() - 30_000);
    expect(
      (await enrolment("/v1/enrolment", { password, totp: earlier, authenticator })).recoveryCodes,
    ).toHaveLength(10);
    expect((await enrolment("/v1/enrolment/open", {})).code).toBe("ENROLMENT_INVALID");
    vi.stubEnv("WAYWARDEN_PASSWORD", password);
    const totp = totpCode(secret, Date.now());
    said = [];
    expect(
      await runCommand(["doctor", "--url", url, "--data", folder, "--username", "chief", "--totp", totp]),
    ).toBe(0);
    for (const line of [
      /^ok {3}service: ready/,
      /^ok {3}retention: last completed/,
      /^warn quarantine: 1 reads are waiting/,
    ]) {
      expect(said).toContainEqual(expect.stringMatching(line));
    }
  });

  it("gives no new link at the machine while a national administrator is active", async () => {
    const links = await app?.stores.audit.find({ actor: "setup", action: "person.link", limit: 9 });
    expect(links?.filter(({ outcome }) => outcome === "done").length).toBe(2);
    await app?.close();
    app = undefined;
    expect(await runCommand(["setup", "--relink", "chief"])).toBe(1);
    expect(complained.at(-1)).toContain("chief is an active national administrator");
  });

  it("the doctor says so when nothing answers", async () => {
    said = [];
    expect(await runCommand(["doctor", "--url", "http://127.0.0.1:9", "--data", folder])).toBe(1);
    expect(said.join("\n")).toMatch(/CRIT service: no service responds/);
  });
});
