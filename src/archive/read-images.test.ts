import { describe, expect, it } from "vitest";
import { aGrant, aRead } from "../../test/archive/read-builders.ts";
import { readImages } from "./read-images.ts";

const read = aRead();
const jpeg = Buffer.from("a jpeg");
const place = { day: "2026-11-20", segment: 1, offset: 0, length: 6 };
const images = readImages({
  index: { find: async () => (["patch", "overview"] as const).map((kind) => ({ kind, ...place })) } as never,
  vault: { read: () => Promise.resolve(jpeg) },
});

describe("an overview image", () => {
  it("is opened under a grant that includes overviews, and is neither named nor opened under another", async () => {
    const [all, without] = [aGrant(), aGrant({ overviews: false })];
    expect(await images.kindsOf(all, read)).toEqual(["patch", "overview"]);
    expect(await images.open(all, read, "overview")).toBe(jpeg);
    expect(await images.kindsOf(without, read)).toEqual(["patch"]);
    expect(await images.open(without, read, "patch")).toBe(jpeg);
    await expect(images.open(without, read, "overview")).rejects.toMatchObject({
      code: "NOT_AUTHORISED",
      extra: { rules: ["role-may-image-overview"] },
    });
  });
});
