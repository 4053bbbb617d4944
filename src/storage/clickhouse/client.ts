export type { ClickHouse } from "./clickhouse.ts";
import type { ClickHouse } from "./clickhouse.ts";
import { noClientLog } from "./client-log.ts";
import { openEmbeddedClickHouse } from "./embedded.ts";
import { openClickHouseServer } from "./server.ts";

export type ClickHousePlace =
  | {
      readonly folder: string;
      /** 32 bytes, with which everything in the folder is encrypted; without one nothing is. */
      readonly key?: Buffer;
    }
  | { readonly url: string };

/**
 * Opens ClickHouse in `folder` (chDB; one process at a time) or at `url`. Statements run side by side, embedded up to `lanes`.
 * @param log hears what the client of a server has to say
 */
export function openClickHouse(
  place: ClickHousePlace,
  { lanes = { readers: 3, writers: 2 }, log = noClientLog } = {},
): Promise<ClickHouse> {
  return "folder" in place ? openEmbeddedClickHouse(place, lanes) : openClickHouseServer(place.url, log);
}
