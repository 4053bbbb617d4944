import type { TraceKeeper } from "../../../retention/traces.ts";
import type { ClickHouse } from "../clickhouse.ts";

/** ClickHouse takes a dropped part off the disk a moment later, in the background. */
const REMOVED_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 100;

/** What the archive keeps of a dropped day: parts that are out of use and not removed from the disk yet (RET-6). */
export function archiveTraces(clickhouse: ClickHouse): TraceKeeper {
  return {
    remove: async () => [],
    async search(day) {
      const parts = await partsOfDay(clickhouse, day.replaceAll("-", ""));
      return {
        found: parts > 0 ? { "parts of the archive": parts } : {},
        searched: ["parts of the archive, also those out of use"],
        notSearched:
          clickhouse.engine === "server" ? ["backups and logs of the ClickHouse server: its operator's"] : [],
      };
    },
  };
}

/** Parts of a day (`YYYYMMDD`), in use or not, after those that are on their way have gone. */
async function partsOfDay(clickhouse: ClickHouse, day: string): Promise<number> {
  const until = performance.now() + REMOVED_WITHIN_MS;
  for (;;) {
    const [row] = await clickhouse.query<{ parts: number }>(
      `SELECT count() AS parts FROM system.parts
       WHERE database = currentDatabase() AND table IN ('reads', 'read_image') AND partition = {day:String}
         AND (active = 0 OR rows > 0)`,
      { day },
    );
    const parts = row?.parts ?? 0;
    if (parts === 0 || performance.now() > until) return parts;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
