import { join } from "node:path";
import { openArchiveKey } from "../../src/app/archive-key.ts";
import { openKeys } from "../../src/identity/keys/key-files.ts";
import { openClickHouse } from "../../src/storage/clickhouse/client.ts";
import type { ClickHouse } from "../../src/storage/clickhouse/clickhouse.ts";

/** The embedded archive in the data folder of a service that does not run, opened with the service's own key. */
export function archiveOf(data: string): Promise<ClickHouse> {
  const [keys, folder] = [join(data, "keys"), join(data, "clickhouse")];
  const { masterKey } = openKeys({ folder: keys }, false);
  return openClickHouse({ folder, key: openArchiveKey(keys, folder, masterKey) });
}
