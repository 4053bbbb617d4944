import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadSettings } from "../../config.ts";
import { runCommand } from "../commands.ts";
import { unsafeSettings } from "./serve.ts";

const findings = (overrides: Record<string, unknown>): readonly string[] =>
  unsafeSettings(loadSettings({}, { overrides }));

describe("unsafe settings", () => {
  it("are none of the defaults", () => expect(findings({})).toEqual([]));

  it.each([
    [{ host: "0.0.0.0" }, /^host 0\.0\.0\.0 .* set secureCookies$/],
    [{ secureCookies: true }, /\(secureCookies\).* set trustProxy/],
    [{ publicUrl: "https://anpr.example" }, /\(publicUrl\).* set trustProxy/],
    [{ roles: ["ingest"] }, /^the roles ingest .* set clickhouseUrl and postgresUrl$/],
    [{ roles: "web,jobs", postgresUrl: "postgres://localhost/ww" }, /^the roles web, jobs /],
    [{ images: "s3://bucket" }, /^images in s3/],
    [{ clickhouseUrl: "http://db.example:8123" }, /^clickhouseUrl crosses the network unencrypted/],
    [{ postgresUrl: "postgres://ww@db.example/ww" }, /^postgresUrl crosses the network unencrypted/],
    [{ postgresUrl: "postgresql://ww@db.example/ww?sslmode=prefer" }, /^postgresUrl crosses/],
  ])("%j is one, with what to do", (overrides, finding) => {
    expect(findings(overrides)).toEqual([expect.stringMatching(finding)]);
  });

  it.each([
    { host: "0.0.0.0", secureCookies: true, trustProxy: ["10.0.0.1"] },
    { publicUrl: "http://anpr.example" },
    { host: "::1" },
    { clickhouseUrl: "http://[::1]:8123" },
    {
      clickhouseUrl: "https://db.example:8443",
      postgresUrl: "postgres://ww@db.example/ww?sslmode=verify-full",
      roles: "ingest",
    },
  ])("%j is none", (overrides) => expect(findings(overrides)).toEqual([]));
});

describe("serve", () => {
  let folder: string;
  let complained: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "waywarden-serve-"));
    complained = [];
    vi.spyOn(console, "error").mockImplementation((text: string) => void complained.push(text));
    vi.stubEnv("WAYWARDEN_DATA", join(folder, "data"));
    vi.stubEnv("WAYWARDEN_LOG_LEVEL", "silent");
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it("lists every unsafe setting at once and opens nothing", async () => {
    const config = join(folder, "config.json");
    writeFileSync(
      config,
      JSON.stringify({
        host: "0.0.0.0",
        roles: ["web"],
        images: "s3://bucket",
        postgresUrl: "postgres://db.example/ww",
      }),
    );
    expect(await runCommand(["serve", "--config", config])).toBe(1);
    const lines = complained.join("\n").split("\n");
    expect(lines[0]).toContain("Not started");
    expect(lines.slice(1).map((line) => line.trim().split(" ").slice(0, 2).join(" "))).toEqual([
      "- host",
      "- the",
      "- images",
      "- postgresUrl",
    ]);
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });

  it("names every setting that cannot be read", async () => {
    const config = join(folder, "config.json");
    writeFileSync(config, JSON.stringify({ port: 70_000, maxBodyBytes: -1, colour: "blue" }));
    expect(await runCommand(["serve", "--config", config])).toBe(1);
    for (const word of ["port", "maxBodyBytes", "colour"]) expect(complained.join("\n")).toContain(word);
  });

  it("without keys says to run setup first", async () => {
    expect(await runCommand(["serve"])).toBe(1);
    expect(complained.join("\n")).toMatch(
      /master\.key.* missing, and nobody has been set up here yet\. Run \.\/waywarden setup first/,
    );
  });

  it("says that a settings file is not there", async () => {
    expect(await runCommand(["serve", "--config", join(folder, "none.json")])).toBe(1);
    expect(complained.join("\n")).toContain("none.json");
  });
});
