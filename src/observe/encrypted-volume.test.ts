import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encryptionFinding } from "./encryption-finding.ts";
import { volumeOf } from "./encrypted-volume.ts";

describe("the volume of a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "waywarden-volume-")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A block device as the kernel shows it, made of others. */
  function device(numbers: string, uuid: string, madeOf: readonly string[] = []): void {
    mkdirSync(join(folder, numbers, "dm"), { recursive: true });
    mkdirSync(join(folder, numbers, "slaves"));
    if (uuid !== "") writeFileSync(join(folder, numbers, "dm/uuid"), uuid);
    for (const below of madeOf) symlinkSync(join(folder, below), join(folder, numbers, "slaves", below));
  }
  const look = (line: string) => {
    const mountInfo = join(folder, "mountinfo");
    writeFileSync(mountInfo, `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n${line}\n`);
    return volumeOf(folder, { mountInfo, devices: folder });
  };
  const at = (numbers: string) =>
    `23 22 ${numbers} / ${folder} rw,noatime shared:1 - ext4 /dev/mapper/data rw`;

  it("is encrypted on LUKS, and on a logical volume or RAID of nothing but LUKS", () => {
    device("253:0", "CRYPT-LUKS2-0a1b-data\n");
    device("253:1", "LVM-0a1b\n", ["253:0"]);
    device("8:2", "");
    device("9:0", "", ["253:0", "8:2"]);
    expect(look(at("253:0"))).toEqual({ encrypted: true, by: "dm-crypt" });
    expect(look(at("253:1"))).toEqual({ encrypted: true, by: "dm-crypt" });
    expect(look(at("9:0"))).toMatchObject({ encrypted: null });
  });

  it("cannot be told from what is not seen: a plain disk, ZFS, no such files at all", () => {
    device("8:1", "");
    expect(look("")).toEqual({ encrypted: null, why: "no dm-crypt is seen below its ext4" });
    expect(look(`23 22 0:41 / ${folder} rw - zfs tank/data rw`)).toMatchObject({
      encrypted: null,
      why: expect.stringContaining("zfs"),
    });
    expect(volumeOf(folder, { mountInfo: "/nowhere", devices: folder })).toMatchObject({ encrypted: null });
  });

  it("is a warning that says what to do where nobody said that it is encrypted", () => {
    const governed = { encrypted: null, why: "no dm-crypt is seen below its ext4" } as const;
    expect(encryptionFinding({ plainParts: 0, governed, said: false })).toMatchObject({
      state: "warning",
      finding: expect.stringContaining("no dm-crypt is seen"),
      advice: expect.stringContaining("WAYWARDEN_ENCRYPTED_VOLUMES"),
    });
    expect(
      encryptionFinding({ plainParts: 3, governed: { encrypted: true, by: "dm-crypt" }, said: false }),
    ).toMatchObject({
      state: "warning",
      finding: expect.stringContaining("3 parts of the archive"),
    });
    expect(
      encryptionFinding({ plainParts: 0, governed: { encrypted: true, by: "dm-crypt" }, said: false }).state,
    ).toBe("well");
    expect(encryptionFinding({ plainParts: 3, governed, said: true }).state).toBe("well");
  });
});
