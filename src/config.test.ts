import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadSettings, settingsGuide } from "./config.ts";
import { projectRoot } from "./project-root.ts";

describe("loadSettings", () => {
  it("has defaults that work on a laptop", () => {
    const settings = loadSettings({});
    expect(settings).toMatchObject({ port: 8420, host: "127.0.0.1", roles: ["ingest", "web", "jobs"] });
  });

  it("lets the environment win over the file's defaults, and reads lists", () => {
    const settings = loadSettings({
      WAYWARDEN_PORT: "9000",
      WAYWARDEN_ALLOWED_NETWORKS: "10.0.0.0/8, 192.0.2.0/24",
    });
    expect(settings.port).toBe(9000);
    expect(settings.allowedNetworks).toEqual(["10.0.0.0/8", "192.0.2.0/24"]);
  });

  it("tells every problem at once", () => {
    const broken = () =>
      loadSettings({ WAYWARDEN_PORT: "high", WAYWARDEN_ROLES: "cook", WAYWARDEN_LOG_LEVEL: "loud" });
    expect(broken).toThrow(/port[^]*roles|roles[^]*port/);
    expect(broken).toThrow(/logLevel/);
  });

  it("is written down in the operator's guide, setting by setting", () => {
    const guide = readFileSync(join(projectRoot, "docs/operating.md"), "utf8");
    const missing = settingsGuide().filter(
      ({ environment, meaning }) => !guide.includes(`| \`${environment}\` | ${meaning} |`),
    );
    expect(missing.map(({ environment }) => environment)).toEqual([]);
  });
});
