import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImageVault, ReadImage } from "../../src/archive/image-vault.ts";
import { type FolderVaultOptions, openFolderVault } from "../../src/storage/images/folder-vault.ts";
import { requireSharedKeys } from "../../src/storage/images/require-shared-keys.ts";
import { NOON } from "./read-builders.ts";

const DAY = 86_400_000;
const masterKey = randomBytes(32);
const anImage = (differences: Partial<ReadImage> = {}): ReadImage => ({
  nrd: 5,
  captured: NOON,
  n: 0,
  kind: "patch",
  jpeg: Buffer.from("a plate"),
  ...differences,
});

let base: string;
let vaults: ImageVault[];
const open = (options: Partial<FolderVaultOptions> = {}): ImageVault => {
  const vault = openFolderVault({
    folder: join(base, "images"),
    keys: join(base, "keys"),
    masterKey,
    ...options,
  });
  vaults.push(vault);
  return vault;
};
const segments = (day: string): string[] => readdirSync(join(base, "images", day));

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "waywarden-images-"));
  vaults = [];
});
afterEach(async () => {
  for (const vault of vaults) await vault.close();
  rmSync(base, { recursive: true, force: true });
});

describe("the image vault in a folder", () => {
  it("gives back what it was given, in order, also to the next process", async () => {
    const images = Array.from({ length: 50 }, (_, i) =>
      anImage({ captured: NOON + (i % 3) * DAY, nrd: 1 + i, jpeg: randomBytes(1 + i * 100) }),
    );
    const locations = await open().append(images);
    for (const vault of [vaults[0] as ImageVault, open()]) {
      for (const [i, image] of images.entries()) {
        expect(await vault.read(locations[i] as (typeof locations)[number], image)).toEqual(image.jpeg);
      }
    }
  });

  it("keeps the images of one day together, and never adds to another process's segment", async () => {
    const vault = open();
    await Promise.all([vault.append([anImage()]), vault.append([anImage({ n: 1 })])]);
    expect(segments("2026-11-20")).toHaveLength(1);
    await open().append([anImage({ n: 2 })]);
    expect(segments("2026-11-20")).toHaveLength(2);
  });

  it("shows nothing of an image in its files", async () => {
    const jpeg = Buffer.from("a very recognisable picture of a vehicle");
    await open().append([anImage({ jpeg })]);
    const [name] = segments("2026-11-20");
    const bytes = readFileSync(join(base, "images/2026-11-20", name as string));
    expect(bytes.includes(jpeg.subarray(0, 8))).toBe(false);
  });

  it("does not pass one read's image off as another's", async () => {
    const vault = open();
    const [location] = await vault.append([anImage()]);
    await expect(vault.read(location as never, anImage({ nrd: 6 }))).rejects.toThrow();
    await expect(vault.read(location as never, anImage({ kind: "overview" }))).rejects.toThrow();
  });

  it("notices a changed byte", async () => {
    const vault = open();
    const [location] = await vault.append([anImage()]);
    const file = join(base, "images", location?.segment as string);
    const bytes = readFileSync(file);
    bytes[14] = (bytes[14] as number) ^ 1;
    writeFileSync(file, bytes);
    await expect(vault.read(location as never, anImage())).rejects.toThrow();
  });

  it("opens nothing with another master key", async () => {
    const [location] = await open().append([anImage()]);
    await expect(open({ masterKey: randomBytes(32) }).read(location as never, anImage())).rejects.toThrow();
  });

  it("forgets a day for good, also in a copy of its segments, and leaves the other days", async () => {
    const vault = open();
    const [first, second] = await vault.append([anImage(), anImage({ captured: NOON + DAY })]);
    const [name] = segments("2026-11-20");
    const backup = readFileSync(join(base, "images/2026-11-20", name as string));
    await vault.destroyDay("2026-11-20");
    await vault.destroyDay("2026-11-20");
    expect(await vault.daysHeld()).toEqual(["2026-11-21"]);
    expect(readdirSync(join(base, "keys"))).toEqual(["2026-11-21.key"]);
    await vault.append([anImage({ nrd: 7 })]);
    writeFileSync(join(base, "images", first?.segment as string), backup);
    await expect(vault.read(first as never, anImage())).rejects.toThrow();
    expect(await vault.read(second as never, anImage({ captured: NOON + DAY }))).toEqual(
      Buffer.from("a plate"),
    );
  });

  it("finishes a destruction that was interrupted after the key", async () => {
    const vault = open();
    await vault.append([anImage()]);
    rmSync(join(base, "keys/2026-11-20.key"));
    const next = open();
    expect(await next.daysHeld()).toEqual(["2026-11-20"]);
    await next.destroyDay("2026-11-20");
    expect(await next.daysHeld()).toEqual([]);
  });

  it("reads past the torn end that a crash leaves in a segment", async () => {
    const [location] = await open().append([anImage()]);
    writeFileSync(join(base, "images", location?.segment as string), randomBytes(100), { flag: "a" });
    expect(await open().read(location as never, anImage())).toEqual(Buffer.from("a plate"));
  });

  it("holds few files open however many days arrive", async () => {
    const vault = open({ openSegments: 3 });
    const images = Array.from({ length: 60 }, (_, day) => anImage({ captured: NOON - day * DAY }));
    await vault.append(images);
    const held = readdirSync("/proc/self/fd").length;
    await vault.append(images);
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(held + 3);
    expect(await vault.daysHeld()).toHaveLength(60);
  });

  it("starts a new segment when one has grown enough", async () => {
    const vault = open({ segmentBytes: 1_000 });
    for (let n = 0; n < 3; n++) await vault.append([anImage({ n, jpeg: randomBytes(900) })]);
    expect(segments("2026-11-20").length).toBeGreaterThan(1);
  });

  it("refuses names that would lead out of its folder", async () => {
    const vault = open();
    await expect(vault.destroyDay("../keys")).rejects.toThrow("not the name of a day");
    const outside = { segment: "../keys/1-ab.seg", offset: 0, length: 40 };
    await expect(vault.read(outside, anImage())).rejects.toThrow("not the name of a segment");
  });
});

describe("image vaults of several processes in one folder", () => {
  it("agree on the key of each day, whoever is first", async () => {
    for (let day = 0; day < 20; day++) {
      const image = anImage({ captured: NOON + day * DAY });
      const both = [open(), open(), open()];
      const written = await Promise.all(both.map((vault) => vault.append([image])));
      for (const vault of [...both, open()])
        for (const [location] of written)
          expect(await vault.read(location as NonNullable<typeof location>, image)).toEqual(image.jpeg);
    }
  });

  it("use no key that one of them has destroyed", async () => {
    const [one, other] = [open(), open()];
    const [location] = await other.append([anImage()]);
    const kept = readFileSync(join(base, "images", location?.segment ?? ""));
    await one.destroyDay("2026-11-20");
    // Put back from a copy of the images, as whoever steals one would have it.
    mkdirSync(join(base, "images/2026-11-20"), { recursive: true });
    writeFileSync(join(base, "images", location?.segment ?? ""), kept);
    await expect(other.read(location as NonNullable<typeof location>, anImage())).rejects.toThrow(
      "destroyed",
    );
  });

  it("write nothing into a file that one of them has removed with its day", async () => {
    const [one, other] = [open(), open()];
    await other.append([anImage()]);
    await one.destroyDay("2026-11-20");
    const [location] = await other.append([anImage()]);
    expect(await open().read(location as NonNullable<typeof location>, anImage())).toEqual(anImage().jpeg);
    await one.destroyDay("2026-11-20");
    expect(await open().daysHeld()).toEqual([]);
  });

  it("acknowledge no image of a day under destruction that nobody can open", async () => {
    const [one, other] = [open(), open()];
    for (let round = 0; round < 30; round++) {
      const [written] = await Promise.all([other.append([anImage()]), one.destroyDay("2026-11-20")]);
      const [location] = written;
      const seen = await open()
        .read(location as NonNullable<typeof location>, anImage())
        .catch((error: unknown) => String(error));
      // Gone with its day, or there as it was; never there and unreadable.
      if (typeof seen === "string") expect(seen).toMatch(/destroyed|ENOENT/);
      else expect(seen).toEqual(anImage().jpeg);
    }
  });

  it("must be under the same keys", async () => {
    const [images, keys, others] = ["images", "keys", "other"].map((name) => join(base, name));
    const both = [requireSharedKeys(images ?? "", keys ?? ""), requireSharedKeys(images ?? "", keys ?? "")];
    await Promise.all(both);
    await requireSharedKeys(images ?? "", keys ?? "");
    await expect(requireSharedKeys(images ?? "", others ?? "")).rejects.toThrow(/WAYWARDEN_IMAGE_KEYS/);
    expect(readdirSync(images ?? "")).toEqual(["keys-id"]);
  });
});
