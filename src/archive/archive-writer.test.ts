import { describe, expect, it } from "vitest";
import { aRead } from "../../test/archive/read-builders.ts";
import { DataRefused } from "../errors.ts";
import { ArchiveWriter, type ArchiveWriterParts } from "./archive-writer.ts";
import type { Read } from "./read.ts";

/** Stores of which the test decides when and how each insert ends. */
function stores(): {
  parts: ArchiveWriterParts;
  log: string[];
  groups: (readonly Read[])[];
  end: (failure?: Error) => Promise<void>;
} {
  const log: string[] = [];
  const groups: (readonly Read[])[] = [];
  const open: { done: () => void; fail: (error: Error) => void }[] = [];
  const parts: ArchiveWriterParts = {
    reads: {
      insert: (reads) => {
        log.push("reads");
        groups.push(reads);
        return new Promise((done, fail) => open.push({ done, fail }));
      },
    },
    index: { insert: async () => void log.push("index") },
    vault: {
      append: async (images) => {
        log.push("vault");
        return images.map(() => ({ segment: "s", offset: 0, length: 1 }));
      },
    },
    fit: async (images) => images.map((image) => ({ ...image, treatment: "as-sent" as const })),
  };
  const end = async (failure?: Error): Promise<void> => {
    const insert = open.shift();
    if (failure) insert?.fail(failure);
    else insert?.done();
    await settle();
  };
  return { parts, log, groups, end };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the archive writer", () => {
  it("writes a lone read at once, and gathers what comes while the lanes are busy", async () => {
    const { parts, groups, end } = stores();
    const writer = new ArchiveWriter(parts, { gatherMs: 0 });
    const writes = Array.from({ length: 5 }, (_, n) => writer.write([aRead({ n })], []));
    await settle();
    expect(groups.map((group) => group.length)).toEqual([1]);
    expect(writer.pending).toBe(5);
    await end();
    expect(groups.map((group) => group.length)).toEqual([1, 4]);
    await end();
    await Promise.all(writes);
    expect(writer.pending).toBe(0);
  });

  it("keeps groups to their largest size, but never splits one write", async () => {
    const { parts, groups, end } = stores();
    const writer = new ArchiveWriter(parts, { gatherMs: 0, largestGroup: 3 });
    const writes = [1, 2, 2, 5].map((size) =>
      writer.write(
        Array.from({ length: size }, () => aRead()),
        [],
      ),
    );
    await settle();
    for (let i = 0; i < 4; i++) await end();
    await Promise.all(writes);
    expect(groups.map((group) => group.length)).toEqual([1, 2, 2, 5]);
  });

  it("acknowledges nothing of a group that failed, and goes on with the next", async () => {
    const { parts, end } = stores();
    const writer = new ArchiveWriter(parts, { gatherMs: 0 });
    const first = writer.write([aRead()], []);
    const second = [writer.write([aRead({ n: 1 })], []), writer.write([aRead({ n: 2 })], [])];
    const outcomes = Promise.allSettled([first, ...second]);
    await settle();
    await end();
    await end(new Error("disk full"));
    expect((await outcomes).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    const third = writer.write([aRead({ n: 3 })], []);
    await settle();
    await end();
    await third;
  });

  it("fails only the write whose data the store refuses, and stores images once", async () => {
    const { parts, log } = stores();
    const stored: number[] = [];
    const insert = async (reads: readonly Read[]): Promise<void> => {
      if (reads.some(({ n }) => n === 2)) throw new DataRefused("no");
      stored.push(...reads.map(({ n }) => n));
    };
    const writer = new ArchiveWriter({ ...parts, reads: { insert } }, { gatherMs: 0 });
    const writes = [0, 1, 2, 3, 4].map((n) =>
      writer.write([aRead({ n })], [{ ...aRead({ n }), kind: "patch", jpeg: Buffer.from("x") }]),
    );
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([true, true, false, true, true]);
    expect(stored).toEqual([0, 1, 3, 4]);
    expect(log.filter((line) => line === "vault").length).toBe(log.filter((line) => line === "index").length);
  });

  it("writes no read whose image the index refused", async () => {
    const { parts } = stores();
    const stored: number[] = [];
    const writer = new ArchiveWriter(
      {
        ...parts,
        reads: { insert: async (reads) => void stored.push(...reads.map(({ n }) => n)) },
        index: {
          insert: async (images) => {
            if (images.some(({ n }) => n === 1)) throw new DataRefused("no");
          },
        },
      },
      { gatherMs: 0 },
    );
    const image = (n: number) => ({ ...aRead({ n }), kind: "patch" as const, jpeg: Buffer.from("x") });
    const writes = [0, 1, 2].map((n) => writer.write([aRead({ n })], [image(n)]));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([true, false, true]);
    expect(stored).toEqual([0, 2]);
  });

  it("writes images, then where they are, and the read last", async () => {
    const { parts, log, end } = stores();
    const writer = new ArchiveWriter(parts, { gatherMs: 0 });
    const done = writer.write([aRead()], [{ ...aRead(), kind: "patch", jpeg: Buffer.from("x") }]);
    await settle();
    expect(log).toEqual(["vault", "index", "reads"]);
    await end();
    await done;
  });

  it("opens a second lane only for a full group", async () => {
    const { parts, groups, end } = stores();
    const writer = new ArchiveWriter(parts, { gatherMs: 0, fullGroup: 3 });
    const writes = [1, 2, 1].map(async (size) =>
      writer.write(
        Array.from({ length: size }, () => aRead()),
        [],
      ),
    );
    await settle();
    expect(groups.map((group) => group.length)).toEqual([1, 3]);
    await end();
    await end();
    await Promise.all(writes);
  });

  it("keeps small groups apart, so that more reads share an insert", async () => {
    const { parts, groups, end } = stores();
    const writer = new ArchiveWriter(parts, { gatherMs: 1_000_000 });
    const first = writer.write([aRead()], []);
    await settle();
    await end();
    await first;
    void writer.write([aRead({ n: 1 })], []);
    await settle();
    expect(groups).toHaveLength(1);
  });

  it("can be waited for until all is written", async () => {
    const { parts, end } = stores();
    const writer = new ArchiveWriter(parts, { gatherMs: 0 });
    let drained = false;
    await writer.drain();
    const done = writer.write([aRead()], []);
    const draining = writer.drain().then(() => (drained = true));
    await settle();
    expect(drained).toBe(false);
    await end();
    await Promise.all([done, draining]);
    expect(drained).toBe(true);
  });
});
