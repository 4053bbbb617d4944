import { expirableImages } from "../archive/expirable-images.ts";
import type { Audited } from "../audit/audited.ts";
import type { Keys } from "../identity/keys/key-files.ts";
import { Retention } from "../retention/retention.ts";
import { expirableImageIndex, expirableReads } from "../storage/clickhouse/retention/expirable-tables.ts";
import { expirableTable } from "../storage/postgres/retention/expirable-table.ts";
import type { Stores } from "./stores.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

/** Retention over every store that holds data of reads; a store that is not named here is one that forgets nothing. */
export const openRetention = (
  stores: Stores,
  audited: Audited,
  pack: () => PolicyPack,
  keys: Keys,
): Retention =>
  new Retention({
    get rules() {
      return pack().retention;
    },
    get policyPack() {
      return pack().id;
    },
    reads: expirableReads(stores.clickhouse),
    others: [
      expirableImageIndex(stores.clickhouse),
      expirableImages(stores.vault),
      expirableTable(stores.database, "hit"),
      expirableTable(stores.database, "quarantine"),
      expirableTable(stores.database, "pending_image"),
    ],
    signingKey: keys.signingKey,
    store: stores.receipts,
    heldBack: (day) => uncopied(stores, day),
    audited,
  });

/** A preserved read must have its copy before its day may go (RET-3). */
async function uncopied({ preservations, preserved }: Stores, day: string): Promise<string | null> {
  const ids = await preservations.readsOfDay(day);
  if (ids.length === 0) return null;
  const missing = await preserved.missing(ids);
  return missing.length === 0 ? null : `${missing.length} preserved reads of ${day} are not copied yet.`;
}
