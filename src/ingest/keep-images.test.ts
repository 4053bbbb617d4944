import sharp, { type FormatEnum } from "sharp";
import { describe, expect, it } from "vitest";
import type { Decoded } from "../read/capture.ts";
import { keepImages } from "./keep-images.ts";

const MOST = 4_000;
const picture = (format: keyof FormatEnum, width = 40): Promise<Buffer> =>
  sharp({
    create: { width, height: 10, channels: 3, noise: { type: "gaussian", mean: 128, sigma: 60 } } as never,
  })
    .toFormat(format)
    .toBuffer();
const aRead = (images: { patch?: Buffer; overview?: Buffer }): Decoded => ({
  capture: { nrd: { kind: "id", id: 1 }, vrm: "AB12CDE", captured: 1, timeQuality: "utc", ...images },
});
async function keep(bytes: Buffer): Promise<{ patch: Buffer | undefined; code: string | undefined }> {
  const [kept] = await keepImages([aRead({ patch: bytes })], MOST);
  if (kept === undefined || "refusal" in kept) throw new Error("The read is gone.");
  return { patch: kept.capture.patch, code: kept.notes?.[0]?.code };
}

describe("the image of a read", () => {
  it("is left alone where it is a JPEG that is small enough, and so is a read without one", async () => {
    const elements = [aRead({ patch: await picture("jpeg") }), aRead({})];
    expect(await keepImages(elements, MOST)).toBe(elements);
  });

  it.each(["png", "webp", "gif", "tiff", "avif"] as const)(
    "is made a JPEG where it is %s",
    async (format) => {
      const { patch, code } = await keep(await picture(format as keyof FormatEnum));
      expect(code).toBe("IMAGE_CONVERTED");
      expect(await sharp(patch).metadata()).toMatchObject({ format: "jpeg", width: 40, height: 10 });
    },
  );

  it("is made smaller where it is too large", async () => {
    const { patch, code } = await keep(await picture("jpeg", 2_000));
    expect(code).toBe("IMAGE_CONVERTED");
    expect(patch?.length).toBeLessThanOrEqual(MOST);
  });

  it.each([
    ["nothing known", Buffer.from("not a picture"), "IMAGE_INVALID"],
    [
      "a drawing, which could name other files",
      Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
      "IMAGE_INVALID",
    ],
    ["a PNG cut short", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "IMAGE_INVALID"],
    [
      "large and no picture",
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(MOST)]),
      "IMAGE_TOO_LARGE",
    ],
  ])("is left out, and its read is kept, where it is %s", async (_name, bytes, code) =>
    expect(await keep(bytes)).toEqual({ patch: undefined, code }),
  );

  it("is not unfolded where a small file claims a huge picture", async () => {
    const huge = await sharp({
      create: { width: 10_000, height: 10_000, channels: 3, background: "white" },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9, palette: true })
      .toBuffer();
    expect((await keep(huge)).patch).toBeUndefined();
  });

  it("does not touch what was noted before, nor the other image", async () => {
    const overview = await picture("jpeg");
    const note = { code: "LANE_INVALID", path: "lane", message: "Left out." } as const;
    const [kept] = await keepImages(
      [{ ...aRead({ patch: Buffer.from("x"), overview }), notes: [note] }],
      MOST,
    );
    expect(kept).toMatchObject({
      capture: { overview },
      notes: [note, { code: "IMAGE_INVALID", path: "patch" }],
    });
  });
});
