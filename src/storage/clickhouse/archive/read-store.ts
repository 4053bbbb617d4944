import { formatReadId, parseReadId, type Read, type ReadKey } from "../../../archive/read.ts";
import type { FoundPage, PageRequest, ReadStore, StoredRead } from "../../../archive/read-store.ts";
import { Problem } from "../../../errors.ts";
import { Grant } from "../../../policy/grant.ts";
import type { ClickHouse, ClickHouseParameters } from "../clickhouse.ts";
import { type Condition, allowedBy, atNrds, inArea, likeVrm, vrmLike, theVrm } from "./read-conditions.ts";
import {
  READ_COLUMNS,
  READ_SELECTION,
  type ReadRow,
  readOf,
  rowsOf,
  sentOf,
  type SentRow,
} from "./read-rows.ts";

/** Measured: the default reader hands every small read to another thread, which doubles the time of a lookup. */
const LOOKUP = "local_filesystem_read_method = 'pread'";
const SORTED_BY_VRM = `${LOOKUP}, optimize_use_projections = 0`;
const SEARCH = `${LOOKUP}, max_execution_time = 60, max_memory_usage = 2000000000`;
const NEWEST_FIRST = "ORDER BY captured DESC, nrd DESC, n DESC";
/** Answers about more NRDs than this seldom fit a page, so their count is begun beside the page. */
const FEW_NRDS = 5;
/** One vehicle at one NRD and millisecond; passages without a VRM are told apart by what was sent. */
const ONE_READ = "(nrd, captured, if(vrm = '', concat('?', sent), vrm))";
const IN_RANGE =
  "captured >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND captured < fromUnixTimestamp64Milli({to:Int64}, 'UTC')";

/** Reads in ClickHouse. `movingNrds` says which NRDs' reads carry their own position. */
export function openReadStore(
  clickhouse: ClickHouse,
  { movingNrds = () => [] }: { readonly movingNrds?: () => readonly number[] } = {},
): ReadStore {
  const search = (
    grant: Grant,
    query: PageRequest,
    condition: Condition,
    settings: string,
    large = false,
  ): Promise<FoundPage> => {
    Grant.require(grant);
    const allowed = allowedBy(grant, grant.scope.places === null ? [] : movingNrds());
    const both = {
      where: `${condition.where} AND ${allowed.where}`,
      parameters: { ...condition.parameters, ...allowed.parameters },
    };
    return findPage(clickhouse, grant, query, both, settings, large);
  };
  return {
    async insert(reads) {
      if (reads.length > 0) await clickhouse.insert("reads", READ_COLUMNS, rowsOf(reads));
    },
    existing: (keys) => findExisting(clickhouse, keys),
    between: (nrd, from, to) => findBetween(clickhouse, nrd, from, to),
    async countLike(pattern, from, to) {
      const { where, parameters } = vrmLike(pattern);
      const [row] = await clickhouse.query<{ count: number }>(
        `SELECT count() AS count FROM reads WHERE ${IN_RANGE} AND ${where} SETTINGS ${SEARCH}, optimize_use_projections = 0`,
        { ...parameters, from, to },
      );
      return row?.count ?? 0;
    },
    async highWater(since) {
      const rows = await clickhouse.query<{ nrd: number; last: number }>(
        `SELECT nrd, toUnixTimestamp64Milli(max(captured)) AS last FROM reads
         WHERE captured >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') GROUP BY nrd`,
        { since },
      );
      return new Map(rows.map(({ nrd, last }) => [nrd, last]));
    },
    async byId(grant, id) {
      Grant.require(grant);
      const key = parseReadId(id);
      if (key === null || key.captured < grant.accessFloor) return null;
      const { where, parameters } = allowedBy(grant, grant.scope.places === null ? [] : movingNrds());
      const [row] = await clickhouse.query<ReadRow>(
        `SELECT ${READ_SELECTION} FROM reads
         WHERE nrd = {nrd:UInt32} AND captured = fromUnixTimestamp64Milli({captured:Int64}, 'UTC') AND n = {n:UInt8}
           AND ${where}
         LIMIT 1 SETTINGS ${LOOKUP}`,
        { ...parameters, ...key },
      );
      return row === undefined ? null : readOf(row);
    },
    byVrm: (grant, query) => search(grant, query, theVrm(query.vrm), SORTED_BY_VRM),
    byPattern: (grant, query) =>
      search(grant, query, likeVrm(query.pattern), `${SEARCH}, optimize_use_projections = 0`),
    byPlace(grant, query) {
      const place = query.area === null ? atNrds(query.nrds) : inArea(query.nrds, movingNrds(), query.area);
      return search(grant, query, place, SEARCH, query.nrds.length > FEW_NRDS || query.area !== null);
    },
  };
}

/**
 * The count and one page. Twice the page is fetched so that doubles can be taken out here: `LIMIT 1 BY` before the page
 * would read every column of the whole answer. Where all of it fits the page, the count needs no second query; where that is
 * unlikely (`large`), both run side by side.
 */
async function findPage(
  clickhouse: ClickHouse,
  grant: Grant,
  { from, to, limit, cursor }: PageRequest,
  { where, parameters }: Condition,
  settings: string,
  large: boolean,
): Promise<FoundPage> {
  const after = cursor === null ? null : parseCursor(cursor);
  const bound: ClickHouseParameters = {
    ...parameters,
    from: Math.max(from, grant.accessFloor),
    to,
    ...after,
  };
  const gone = after === null ? "0" : `uniqExactIf(${ONE_READ}, NOT (${AFTER}))`;
  const count = async (): Promise<{ readonly count: number; readonly before: number }> => {
    const [counted] = await clickhouse.query<{ count: number; before: number }>(
      `SELECT uniqExact(${ONE_READ}) AS count, ${gone} AS before FROM reads
       WHERE ${IN_RANGE} AND ${where} SETTINGS ${settings}`,
      bound,
    );
    return counted ?? { count: 0, before: 0 };
  };
  // Further pages are counted first: how much went before says whether there may be another.
  const known = after === null ? null : await count();
  const before = known?.before ?? 0;
  if (known !== null && before >= grant.viewLimit) return { ...known, items: [], next: null };
  const size = Math.max(1, Math.min(limit, grant.pageLimit, grant.viewLimit - before));
  const fetched = 2 * size + 2;
  const countedAhead = large && known === null ? count() : null;
  // Should the page fail first, the count's failure is the same one and nobody waits for it.
  countedAhead?.catch(() => undefined);
  const rows = await clickhouse.query<ReadRow>(
    `SELECT ${READ_SELECTION} FROM reads WHERE ${IN_RANGE} AND ${where} ${after === null ? "" : `AND ${AFTER}`}
     ${NEWEST_FIRST} LIMIT ${fetched} SETTINGS ${settings}`,
    bound,
  );
  const reads = withoutDoubles(rows.map(readOf));
  const items = reads.slice(0, size);
  const last = items.at(-1);
  const more = last !== undefined && (reads.length > size || rows.length === fetched);
  const next = more ? formatReadId(last.nrd, last.captured, last.n) : null;
  if (known !== null) return { ...known, items, next };
  if (next === null && countedAhead === null) return { count: items.length, before, items, next };
  return { ...(await (countedAhead ?? count())), items, next };
}

/** A page's cursor is the id of the last read before it. */
const AFTER = `(captured, nrd, n) < (fromUnixTimestamp64Milli({afterCaptured:Int64}, 'UTC'), {afterNrd:UInt32}, {afterN:UInt8})
     AND captured <= fromUnixTimestamp64Milli({afterCaptured:Int64}, 'UTC')`;

function parseCursor(cursor: string): { afterNrd: number; afterCaptured: number; afterN: number } {
  const key = parseReadId(cursor);
  if (key === null)
    throw new Problem("CURSOR_INVALID", "Use the value of `next` from the previous page, unchanged.");
  return { afterNrd: key.nrd, afterCaptured: key.captured, afterN: key.n };
}

function withoutDoubles(reads: readonly Read[]): Read[] {
  const seen = new Set<string>();
  return reads.filter((read) => {
    const one = `${read.nrd} ${read.captured} ${read.vrm ?? `?${read.sent}`}`;
    if (seen.has(one)) return false;
    seen.add(one);
    return true;
  });
}

async function findExisting(
  clickhouse: ClickHouse,
  keys: readonly Omit<ReadKey, "n">[],
): Promise<readonly StoredRead[]> {
  if (keys.length === 0) return [];
  const times = keys.map(({ captured }) => captured);
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  const rows = await clickhouse.query<StoredRow>(
    `SELECT nrd, toUnixTimestamp64Milli(captured) AS captured_ms, n, vrm, sent_form, sent FROM reads
     WHERE captured >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND captured <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')
       AND (nrd, captured) IN (SELECT key.1, fromUnixTimestamp64Milli(key.2, 'UTC')
         FROM (SELECT arrayJoin(arrayZip({nrds:Array(UInt32)}, {times:Array(Int64)})) AS key))
     SETTINGS ${LOOKUP}`,
    { first, last, nrds: keys.map(({ nrd }) => nrd), times },
  );
  return rows.map(storedOf);
}

interface StoredRow extends SentRow {
  readonly nrd: number;
  readonly captured_ms: number;
  readonly n: number;
}

const storedOf = (row: StoredRow): StoredRead => ({
  nrd: row.nrd,
  captured: row.captured_ms,
  n: row.n,
  vrm: row.vrm === "" ? null : row.vrm,
  sent: sentOf(row),
});

async function findBetween(
  clickhouse: ClickHouse,
  nrd: number,
  from: number,
  to: number,
): Promise<readonly StoredRead[]> {
  const rows = await clickhouse.query<StoredRow>(
    `SELECT nrd, toUnixTimestamp64Milli(captured) AS captured_ms, n, vrm, sent_form, sent FROM reads
     WHERE nrd = {nrd:UInt32} AND ${IN_RANGE} LIMIT 1000 SETTINGS ${LOOKUP}`,
    { nrd, from, to },
  );
  return rows.map(storedOf);
}
