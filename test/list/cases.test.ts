import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRead, WholeApp, type Refused } from "../app/whole-app.ts";
import { until } from "../until.ts";
import { INPUTS, present, reported } from "./cases.fixture.ts";

interface Verdict {
  readonly row: number;
  readonly verdict: string;
  readonly id?: string;
  readonly code?: string;
  readonly message?: string;
}
interface Imported extends Refused {
  readonly results: readonly Verdict[];
  readonly errors: readonly { readonly path: string; readonly code: string }[];
}
interface Entry {
  readonly id: string;
  readonly vrm: string;
  readonly make: string | null;
  readonly country: string | null;
}
interface HitShown {
  readonly id: string;
  readonly vrm: string;
  readonly seen: { readonly country: string | null };
  readonly expected: { readonly country: string | null };
}

let whole: WholeApp;
let list: string;
beforeAll(async () => {
  whole = await WholeApp.start(undefined, { demo: false });
  list = await aList();
});
afterAll(() => whole?.remove());

let lists = 0;
async function aList(): Promise<string> {
  const given = {
    name: `Cases ${++lists}`,
    purpose: "Recover vehicles taken in burglaries",
    priority: "low",
  };
  const { body } = await whole.call<{ id: string }>("listmanager", "/v1/lists", given);
  return body.id;
}
async function importTo(path: string, csv: string | Buffer<ArrayBuffer>, as = "listmanager") {
  const reply = await whole.fetch(path, {
    method: "POST",
    headers: { ...(await whole.as(as)), "content-type": "text/csv" },
    body: csv,
  });
  return { status: reply.status, body: (await reply.json()) as Imported };
}
const entriesOf = async (id: string): Promise<readonly Entry[]> =>
  (await whole.call<{ items: Entry[] }>("listmanager", `/v1/lists/${id}/entries?limit=500`)).body.items;
const addTo = (id: string, entry: object) =>
  whole.call<Imported>("listmanager", `/v1/lists/${id}/entries`, entry);
const hitsOf = async (vrm: string): Promise<readonly HitShown[]> =>
  (await whole.call<{ items: HitShown[] }>("operator", "/v1/hits?limit=500")).body.items.filter(
    (hit) => hit.vrm === vrm,
  );
/** Hits of a mark once there are so many; a change to a list reaches the match set a moment after its answer. */
async function sent(vrm: string, many: number, more: object = {}): Promise<readonly HitShown[]> {
  return until(async () => {
    const before = (await hitsOf(vrm)).length;
    await whole.send(aRead(1, { vrm, ...more }));
    const found = await hitsOf(vrm);
    if (found.length - before !== many) throw new Error(`${found.length - before} hits`);
    return found;
  });
}

describe.skipIf(!present)("the reported inputs", () => {
  it.each(Object.keys(INPUTS))("%s is what these tests send", (name) => {
    const lines = (bytes: Buffer): string => bytes.toString("latin1").replaceAll("\r\n", "\n").trimEnd();
    expect(lines(reported(name))).toBe(lines(INPUTS[name] as Buffer));
  });
});

describe("an import", () => {
  it("refuses a row that has more fields than the heading, and stores nothing of it (01)", async () => {
    const { body } = await importTo(
      `/v1/lists/${list}/entries`,
      INPUTS["01-unquoted-comma.csv"] as Buffer<ArrayBuffer>,
    );
    expect(body.results).toMatchObject([
      { row: 1, verdict: "refused", code: "FIELDS_UNEVEN", message: expect.stringContaining("4 fields") },
    ]);
    expect(await entriesOf(list)).toEqual([]);
  });

  it("refuses an unknown column before any row, on every importer (02, 21)", async () => {
    const csv = INPUTS["02-expiry-by-another-name.csv"] as Buffer<ArrayBuffer>;
    const expires = await importTo(`/v1/lists/${list}/entries`, csv);
    expect([expires.status, expires.body.code, expires.body.detail]).toEqual([
      400,
      "CSV_HEADING_INVALID",
      expect.stringMatching(/The column expires is not known.*valid_until/),
    ]);
    for (const heading of ["validUntil", "valid to", "end", "colour x"]) {
      const file = `vrm,reason,instruction,${heading}\nZZ11AAB,reported stolen,stop,\n`;
      const { status, body } = await importTo(`/v1/lists/${list}/entries`, file);
      expect([heading, status, body.errors]).toEqual([
        heading,
        400,
        [expect.objectContaining({ path: heading.toLowerCase(), code: "COLUMN_UNKNOWN" })],
      ]);
    }
    for (const [path, as] of [
      ["/v1/nrds", "estate"],
      ["/v1/organisations", "nationaladmin"],
    ] as const) {
      const { status, body } = await importTo(path, "name;kind;code\nx;y;z\n", as);
      expect([path, status, body.detail]).toEqual([path, 400, expect.stringContaining("a semicolon?")]);
    }
    expect(await entriesOf(list)).toEqual([]);
    const left = await importTo(`/v1/lists/${await aList()}/entries?ignore=Expires`, csv);
    expect(left.body.results).toMatchObject([{ verdict: "added" }]);
  });

  it("reads Windows-1252 (12)", async () => {
    const into = await aList();
    await importTo(`/v1/lists/${into}/entries`, INPUTS["12-windows-1252.csv"] as Buffer<ArrayBuffer>);
    expect(await entriesOf(into)).toMatchObject([{ vrm: "ZZ11AAN", make: "Citroën" }]);
  });

  it("of the same vehicle several times makes one entry, and one hit for each read (03)", async () => {
    const into = await aList();
    const csv = INPUTS["03-same-mark-thrice.csv"] as Buffer<ArrayBuffer>;
    const verdicts = async () =>
      (await importTo(`/v1/lists/${into}/entries`, csv)).body.results.map(({ verdict }) => verdict);
    expect(await verdicts()).toEqual(["added", "unchanged", "unchanged"]);
    expect(await verdicts()).toEqual(["unchanged", "unchanged", "unchanged"]);
    const changed = await addTo(into, { vrm: "ZZ11AAC", reason: "Used in a robbery", instruction: "stop" });
    expect(changed.body.results).toMatchObject([{ verdict: "updated" }]);
    const [entry] = await entriesOf(into);
    expect(await whole.stores.lists.texts(Number(entry?.id))).toMatchObject([{ reason: "stolen" }]);
    await addTo(into, {
      vrm: "ZZ11AAC",
      reason: "Seen here",
      instruction: "stop",
      scope: { nrds: [await whole.nrd(1)] },
    });
    expect(await entriesOf(into)).toHaveLength(2);
    await sent("ZZ11AAC", 1);
  });
});

describe("the country of a mark (14)", () => {
  it("is named by an entry, and shown as read", async () => {
    const into = await aList();
    const entry = { vrm: "AA123BB", reason: "Stolen in Calais", instruction: "Stop", country: "France" };
    expect((await addTo(into, entry)).body.results).toMatchObject([{ verdict: "added" }]);
    expect(await entriesOf(into)).toMatchObject([{ country: "FR" }]);
    const [hit] = await sent("AA123BB", 1, { country: "IT" });
    expect([hit?.expected.country, hit?.seen.country]).toEqual(["FR", "IT"]);
    expect((await addTo(into, { ...entry, country: "Atlantis" })).body.results).toMatchObject([
      { verdict: "refused", code: "COUNTRY_UNKNOWN" },
    ]);
  });

  it("is no member that an older form does not know: unknown members are refused", async () => {
    const entry = { vrm: "AA123BC", reason: "Stolen in Calais", instruction: "Stop", expires: "tomorrow" };
    expect(await addTo(list, entry)).toMatchObject({ status: 400, body: { code: "INPUT_INVALID" } });
  });
});
