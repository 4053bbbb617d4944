import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openKeys } from "./key-files.ts";

describe("openKeys", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "waywarden-keys-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("makes keys once and reads the same ones again", () => {
    const made = openKeys({ folder }, true);
    expect(made.masterKey).toHaveLength(32);
    expect(openKeys({ folder }, false).masterKey.equals(made.masterKey)).toBe(true);
  });

  it("says what to do when a key is missing", () => {
    expect(() => openKeys({ folder }, false)).toThrow(/master\.key is missing.*setup/);
  });

  it("refuses a key that others can read", () => {
    openKeys({ folder }, true);
    chmodSync(join(folder, "master.key"), 0o644);
    expect(() => openKeys({ folder }, false)).toThrow(/chmod 600/);
  });

  it("refuses a malformed key", () => {
    openKeys({ folder }, true);
    writeFileSync(join(folder, "master.key"), "short\n");
    expect(() => openKeys({ folder }, false)).toThrow(/64 hexadecimal/);
  });
});
