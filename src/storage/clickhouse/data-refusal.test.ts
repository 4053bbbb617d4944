import { expect, it } from "vitest";
import { aRead } from "../../../test/archive/read-builders.ts";
import { onBothArchives } from "../../../test/servers/archive-twins.ts";
import { DataRefused } from "../../errors.ts";
import { tellRefusals } from "./data-refusal.ts";
import { openReadStore } from "./archive/read-store.ts";

onBothArchives("an insert that the archive refuses for its data", (twin) => {
  it("is told apart, and leaves no row, also of other days", async () => {
    const DAY = 86_400_000;
    const reads = Array.from({ length: 400 }, (_, i) =>
      aRead({ captured: aRead().captured - (i % 3) * DAY, nrd: i + 1 }),
    );
    const store = openReadStore(twin.clickhouse);
    for (const wrong of [{ confidence: 94.5 }, { lane: 1.5 }, { country: "A\tB", nrd: -1 }, { nrd: 1.5 }])
      await expect(store.insert([...reads, aRead(wrong)])).rejects.toThrow(DataRefused);
    const [row] = await twin.clickhouse.query<{ rows: number }>("SELECT count() AS rows FROM reads");
    expect(row?.rows).toBe(0);
  });

  it("is not what a missing table, a full disk or a lost server is", async () => {
    await expect(twin.clickhouse.insert("nothing", ["nrd"], Buffer.from("1\n"))).rejects.not.toThrow(
      DataRefused,
    );
    for (const message of ["Code: 243. DB::Exception: Cannot reserve space", "socket hang up"])
      await expect(tellRefusals(() => Promise.reject(new Error(message)))).rejects.not.toThrow(DataRefused);
    const server = Object.assign(new Error("Cannot parse input"), { code: "27" });
    await expect(tellRefusals(() => Promise.reject(server))).rejects.toThrow(DataRefused);
  });
});
