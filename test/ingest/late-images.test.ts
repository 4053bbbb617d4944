import { beforeEach, expect, it } from "vitest";
import type { LateImage } from "../../src/ingest/feeds/protocol.ts";
import type { NewImage, StoredRead } from "../../src/ingest/intake-stores.ts";
import { LateImages, type LateImageParts } from "../../src/ingest/late-images.ts";
import type { FeedSource } from "../../src/source/feed-source.ts";
import type { Nrd } from "../../src/read/nrd.ts";
import { PostgresPendingImages } from "../../src/storage/postgres/ingest/pending-images.ts";
import { onBothTwins } from "../servers/governed-twins.ts";
import { NOON } from "../storage/governed-fixture.ts";

const nrd = { id: 7, name: "A30", organisation: 1, state: "live" } as Nrd;
const own = { id: 1, name: "ours", organisation: 1, aggregator: false } as FeedSource;
const foreign = { ...own, id: 2, name: "theirs", organisation: 2 };
const reference = { kind: "identity", feed: 1, source: 2, camera: 3 } as const;
const read: StoredRead = { nrd: 7, captured: NOON, n: 0, vrm: "AB12CDE", sent: "AB12CDE" };
const anImage = (more: Partial<LateImage> = {}): LateImage => ({
  nrd: reference,
  vrm: "AB12CDE",
  captured: NOON,
  resolutionMs: 1000,
  kind: "patch",
  jpeg: Buffer.from("first"),
  ...more,
});

onBothTwins("images sent apart from their reads", (twin) => {
  let registered: Nrd | undefined;
  let archive: StoredRead[];
  let written: NewImage[];
  let failures: unknown[];

  const lateImages = (more: Partial<LateImageParts> = {}): LateImages =>
    new LateImages({
      pending: new PostgresPendingImages(twin.database),
      nrds: { find: () => registered },
      sourceOf: (id) => [own, foreign].find((source) => source.id === id),
      readsBetween: async (_nrd, from, to) =>
        archive.filter(({ captured }) => captured >= from && captured < to),
      kindsOf: async ({ captured }) =>
        written.filter((image) => image.captured === captured).map(({ kind }) => kind),
      write: async (images) => void written.push(...images),
      joined: async () => {},
      failed: (error) => void failures.push(error),
      now: () => NOON,
      limits: { bytesInFlight: 1000, waitingOfSource: 3 },
      ...more,
    });
  const waiting = () => new PostgresPendingImages(twin.database).waiting(2000, null);

  beforeEach(async () => {
    await twin.database.query("delete from pending_image");
    [registered, archive, written, failures] = [nrd, [read], [], []];
  });

  it("are taken for an NRD of the source's own organisation, or from an aggregator", async () => {
    await lateImages().take(anImage(), own);
    await lateImages().take(anImage({ kind: "overview" }), { ...foreign, aggregator: true });
    expect(written.map(({ kind }) => kind)).toEqual(["patch", "overview"]);
    expect(await waiting()).toEqual([]);
  });

  it("are refused for another organisation's NRD and for one that does not collect", async () => {
    await expect(lateImages().take(anImage(), foreign)).rejects.toMatchObject({ code: "IMAGE_REFUSED" });
    registered = { ...nrd, state: "suspended" };
    await expect(lateImages().take(anImage(), own)).rejects.toMatchObject({ code: "IMAGE_REFUSED" });
    expect([written, await waiting()]).toEqual([[], []]);
  });

  it("wait for an unknown NRD, and join only if it turns out to be the source's own", async () => {
    registered = undefined;
    await lateImages().take(anImage(), own);
    await lateImages().take(anImage(), foreign);
    registered = nrd;
    expect(await lateImages().sweep()).toBe(1);
    expect(written).toHaveLength(1);
    expect(await waiting()).toMatchObject([{ source: foreign.id }]);
  });

  it("never replace an image that the read has", async () => {
    await lateImages().take(anImage(), own);
    await lateImages().take(anImage({ jpeg: Buffer.from("second") }), own);
    expect(written.map(({ jpeg }) => jpeg.toString())).toEqual(["first"]);
    expect(await waiting()).toEqual([]);
  });

  it("do not keep each other from being joined, however many wait in vain", async () => {
    const pending = new PostgresPendingImages(twin.database);
    const inVain = Array.from({ length: 600 }, (_, i) => ({
      ...anImage(),
      vrm: `AA${i}`,
      nrd: "1/2/3",
      source: 1,
    }));
    await pending.put([...inVain, { ...anImage(), vrm: "ZZ99ZZZ", nrd: "1/2/3", source: 1 }], NOON);
    archive = [{ ...read, sent: "ZZ99ZZZ" }];
    const late = lateImages();
    expect([await late.sweep(), await late.sweep(), await late.sweep()]).toEqual([0, 1, 0]);
    const restarted = lateImages();
    await pending.put([{ ...anImage(), vrm: "ZZ99ZZZ", nrd: "1/2/3", source: 1, kind: "overview" }], NOON);
    await restarted.start();
    await restarted.join([{ ...read, sent: "ZZ99ZZZ", source: 1, reference }]);
    expect(written.map(({ kind }) => kind)).toEqual(["patch", "overview"]);
  });

  it("are tried one by one: one that fails stops neither the start nor the others", async () => {
    const pending = new PostgresPendingImages(twin.database);
    const bad = { ...anImage(), captured: NOON - 5000, nrd: "1/2/3", source: 1 };
    await pending.put([bad, { ...anImage(), nrd: "1/2/3", source: 1 }], NOON);
    const late = lateImages({
      readsBetween: async (_nrd, from) => {
        if (from < NOON) throw new Error("the archive chokes on it");
        return archive;
      },
    });
    await late.start();
    expect(await late.sweep()).toBe(1);
    expect(failures).toHaveLength(1);
  });

  it("are turned away while too many of a source wait or too many bytes are in flight", async () => {
    archive = [];
    for (const captured of [1, 2, 3]) await lateImages().take(anImage({ captured }), own);
    await expect(lateImages().take(anImage(), own)).rejects.toMatchObject({ code: "ARCHIVE_BUSY" });
    const late = lateImages();
    const big = anImage({ jpeg: Buffer.alloc(900) });
    const first = late.take(big, { ...own, id: 5 });
    await expect(late.take(big, { ...own, id: 6 })).rejects.toMatchObject({ code: "ARCHIVE_BUSY" });
    await first;
    await late.take(big, { ...own, id: 6 });
  });
});
