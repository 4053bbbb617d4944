import { randomBytes } from "node:crypto";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { fitImages } from "./image-policy.ts";
import type { ReadImage } from "./image-vault.ts";

const limits = { patchBytes: 3_072, overviewBytes: 25_600 };
const fit = fitImages(limits);
const anImage = (kind: "patch" | "overview", jpeg: Buffer): ReadImage => ({
  nrd: 1,
  captured: 1,
  n: 0,
  kind,
  jpeg,
});

const noisyJpeg = (width: number, height: number): Promise<Buffer> =>
  sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
    .withExif({ IFD0: { Copyright: "somebody" } })
    .jpeg({ quality: 95 })
    .toBuffer();

describe("the size of images", () => {
  it("is left alone within the limit, even if nobody can decode it", async () => {
    const jpeg = Buffer.from("not a picture at all");
    expect(await fit([anImage("patch", jpeg)])).toEqual([
      { ...anImage("patch", jpeg), treatment: "as-sent" },
    ]);
  });

  it("is brought under the limit, without metadata, and marked", async () => {
    const [overview, patch] = await fit([
      anImage("overview", await noisyJpeg(1_280, 720)),
      anImage("patch", await noisyJpeg(300, 80)),
    ]);
    expect(overview).toMatchObject({ treatment: "reencoded" });
    expect(overview?.jpeg.length).toBeLessThanOrEqual(limits.overviewBytes);
    expect(patch?.jpeg.length).toBeLessThanOrEqual(limits.patchBytes);
    const { format, exif } = await sharp(overview?.jpeg).metadata();
    expect({ format, exif }).toEqual({ format: "jpeg", exif: undefined });
  });

  it("is kept as sent, and marked, when it cannot be decoded", async () => {
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(5_000)]);
    const [kept] = await fit([anImage("patch", jpeg)]);
    expect(kept?.treatment).toBe("oversize");
    expect(kept?.jpeg).toBe(jpeg);
  });

  it("does not change which image belongs to which read", async () => {
    const large = await noisyJpeg(300, 80);
    const images = Array.from({ length: 12 }, (_, n) => ({
      ...anImage("patch", n % 2 ? large : Buffer.from("x")),
      n,
    }));
    expect((await fit(images)).map(({ n }) => n)).toEqual(images.map(({ n }) => n));
  });
});
