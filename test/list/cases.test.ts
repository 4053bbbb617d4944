import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRead, WholeApp, type Refused } from "../app/whole-app.ts";
import { HitListener } from "../hit/hit-stream.ts";
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
    // It waited for a second person: another stands in its place, so that nobody confirms what they did not see.
    expect(changed.body.results).toMatchObject([{ verdict: "added" }]);
    expect(await entriesOf(into)).toMatchObject([
      { state: "removed", reason: "stolen" },
      { state: "awaiting", reason: "Used in a robbery" },
    ]);
    await addTo(into, {
      vrm: "ZZ11AAC",
      reason: "Seen here",
      instruction: "stop",
      scope: { nrds: [await whole.nrd(1)] },
    });
    expect(await entriesOf(into)).toHaveLength(3);
    await whole.confirmEntries(into);
    await sent("ZZ11AAC", 1);
  });
});

describe("the country of a mark (14)", () => {
  it("is named by an entry, and shown as read", async () => {
    const into = await aList();
    const entry = { vrm: "AA123BB", reason: "Stolen in Calais", instruction: "Stop", country: "France" };
    expect((await addTo(into, entry)).body.results).toMatchObject([{ verdict: "added" }]);
    expect(await entriesOf(into)).toMatchObject([{ country: "FR" }]);
    await whole.confirmEntries(into);
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

describe("a hit whose entry is not what it was (04)", () => {
  const page = async (path: string): Promise<string> => {
    const cookie = `waywarden_session=${await whole.session("operator")}`;
    return (await whole.fetch(path, { headers: { cookie } })).text();
  };

  it("says so on card, page, API and stream in place of the instruction", async () => {
    const stream = await HitListener.open(whole);
    const into = await aList();
    const entry = { vrm: "ZZ11AAD", reason: "Used in a robbery", instruction: "Stop, detain occupants" };
    const added = await addTo(into, entry);
    await whole.confirmEntries(into);
    const [hit] = await sent("ZZ11AAD", 1);
    const id = added.body.results[0]?.id as string;
    await whole.call(
      "listmanager",
      `/v1/lists/${into}/entries/${id}`,
      { reason: "recovered, owner has it" },
      "DELETE",
    );
    const shown = (await whole.call<{ entry: object }>("operator", `/v1/hits/${hit?.id}`)).body.entry;
    expect(shown).toMatchObject({
      instruction: entry.instruction,
      since: { what: "removed", by: "listmanager" },
    });
    const words = /Entry removed [\d:]+ by listmanager: recovered, owner has it/;
    for (const text of [await page("/board"), await page(`/hits/${hit?.id}`)]) {
      expect(text).toMatch(words);
      expect(text).toContain(entry.instruction);
    }
    await until(() =>
      expect(stream.states).toContainEqual(expect.objectContaining({ id: hit?.id, entry: shown })),
    );
    stream.close();
  });
});

describe("a hit whose entry another took the place of (VOI-3)", () => {
  it("says what is asked for now, and how urgently, whatever was confirmed one after the other", async () => {
    const into = await aList();
    const entry = { vrm: "ZZ11AAE", reason: "Used in a robbery", instruction: "Observe and report" };
    await addTo(into, entry);
    await whole.confirmEntries(into);
    const [hit] = await sent("ZZ11AAE", 1);
    const since = async () =>
      (await whole.call<{ entry: { since: object | null } }>("operator", `/v1/hits/${hit?.id}`)).body.entry
        .since;
    expect(await since()).toBeNull();
    for (const fresh of [
      { instruction: "Stop", priority: "high", warnings: "Armed" },
      { instruction: "Stop, call for support first", priority: "high", warnings: "Armed" },
    ] as const) {
      await addTo(into, { ...entry, ...fresh });
      await whole.confirmEntries(into);
      expect(await since()).toEqual({ what: "changed", reason: entry.reason, ...fresh });
    }
  });
});

describe("one mark in two places (22)", () => {
  it("is told by each of its hits, before anybody is told to stop it", async () => {
    const stream = await HitListener.open(whole);
    const into = await aList();
    await addTo(into, { vrm: "ZZ11AAP", reason: "Used in a robbery", instruction: "Stop" });
    await whole.confirmEntries(into);
    const [first] = await sent("ZZ11AAP", 1);
    await whole.send(aRead(3, { vrm: "ZZ11AAP", at: Date.now() }));
    const seen = await until(async () => {
      const hits = (await hitsOf("ZZ11AAP")) as readonly (HitShown & { elsewhere: { hit: string } | null })[];
      expect(hits).toHaveLength(2);
      return hits;
    });
    expect(seen.map(({ elsewhere }) => elsewhere?.hit)).toEqual(seen.toReversed().map(({ id }) => id));
    const cookie = `waywarden_session=${await whole.session("operator")}`;
    const page = await (await whole.fetch(`/hits/${first?.id}`, { headers: { cookie } })).text();
    expect(page).toMatch(/later \d+ km away \(Site 3\): one of the two carries a copy/);
    await until(() => expect(stream.states.map(({ id }) => id)).toContain(first?.id));
    stream.close();
  });
});

describe("a read without a whole mark", () => {
  interface Found {
    readonly items: readonly { readonly id: string; readonly vrm: string | null }[];
  }
  const HOUR = 3_600_000;
  const ask = (question: object, authority = "MID-2026-0417", reason = "Looking for this vehicle") =>
    whole.call<Found & Refused>("investigator", "/v1/enquiries", {
      authority,
      reason,
      from: new Date(Date.now() - HOUR).toISOString(),
      to: new Date(Date.now() + HOUR).toISOString(),
      ...question,
    });

  it("that says there was no plate is kept as a passage and never matched; lists and enquiries refuse the same words (11)", async () => {
    for (const vrm of ["NULL", "None", "NOTREAD", "undefined", "NaN", "XXXXXXX", "N/A"]) {
      const [result] = await whole.send(aRead(1, { vrm }));
      expect([vrm, result?.verdict]).toEqual([vrm, "stored"]);
      const [entry] = (await addTo(list, { vrm, reason: "Stolen", instruction: "Report" })).body.results;
      expect([vrm, entry]).toEqual([vrm, expect.objectContaining({ code: "VRM_INVALID" })]);
      expect([vrm, (await ask({ kind: "vrm", vrm })).status]).toEqual([vrm, 400]);
    }
  });

  it("but with letters that were not read is kept, and found by a part of a VRM (20)", async () => {
    const sentAs = ["ZW12?DE", "ZW12_DF", "ZW12#DG"];
    const ids = [];
    for (const vrm of sentAs) {
      const [result] = await whole.send(aRead(1, { vrm }));
      expect([vrm, result?.verdict]).toEqual([vrm, "stored"]);
      ids.push(result?.readId);
    }
    await whole.send(aRead(1, { vrm: "ZW12CDE" }));
    const partly = (await ask({ kind: "partial", pattern: "ZW12*" })).body.items;
    expect(partly.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(partly).toHaveLength(4);
    const one = (await ask({ kind: "partial", pattern: "ZW12CD?" })).body.items;
    expect(one.map(({ vrm }) => vrm)).toEqual(["ZW12CDE", null, null, null]);
    const read = await whole.call<{ vrm: null; sent: string }>("investigator", `/v1/reads/${ids[0]}`);
    expect(read.body).toMatchObject({ vrm: null, sent: "ZW12?DE" });
    expect((await ask({ kind: "vrm", vrm: "ZW12CDE" })).body.items).toHaveLength(1);
  });

  it("and a pattern of one are folded as marks are; a refusal names the character (15)", async () => {
    const into = await aList();
    for (const vrm of ["FÜS*", "AB.12*", "AB13–*", "АВ14*"]) {
      const [entry] = (await addTo(into, { vrm, reason: "Stolen", instruction: "Report" })).body.results;
      expect([vrm, entry?.verdict]).toEqual([vrm, "added"]);
    }
    expect((await entriesOf(into)).map(({ vrm }) => vrm)).toEqual(["FUS*", "AB12*", "AB13*", "AB14*"]);
    const [refused] = (await addTo(into, { vrm: "AB_1*", reason: "Stolen", instruction: "x" })).body.results;
    expect(refused).toMatchObject({
      code: "PATTERN_INVALID",
      message: expect.stringContaining("Character 3 is “_”"),
    });
    expect((await ask({ kind: "partial", pattern: "ZW.1ü*" })).status).toBe(200);
    expect((await ask({ kind: "partial", pattern: "ZW1;*" })).body).toMatchObject({ code: "INPUT_INVALID" });
  });

  it("is asked for with a reason that says something each time, where the authority names nothing (16)", async () => {
    const refusing = async (reason: string) => {
      const { status, body } = await ask({ kind: "vrm", vrm: "ZW12CDE" }, "MID-2026-0417", reason);
      expect([reason, status]).toEqual([reason, 403]);
      return body;
    };
    for (const reason of ["inv inv inv", "testing testing testing", "see case file"])
      expect((await refusing(reason)).rules).toEqual(["reason-is-given"]);
    const vague = await refusing("where is she");
    expect(vague.rules).toEqual(["reason-under-an-open-authority-is-specific"]);
    expect(vague.needed?.join(" ")).toContain("at least 4 different words");
  });

  it("is not asked for with the details of a person, nor is an authority (16)", async () => {
    const personal =
      "Ms Example born 01/02/1990 of 12 Sample Street AB1 2CD telephone 07700 900123 is my former partner and I want to know where she goes";
    const asked = await ask({ kind: "vrm", vrm: "ZW12CDE" }, "MID-2026-0417", personal);
    const request = await whole.call<Imported>("investigator", "/v1/authorities", {
      reference: "MID-2026-0999",
      purpose: "law-enforcement",
      level: "serious",
      reason: personal,
      vrms: ["ZW12CDE"],
    });
    for (const { status, body } of [asked, request])
      expect([status, body]).toMatchObject([
        400,
        { code: "INPUT_INVALID", errors: [{ path: "reason", code: "PERSONAL_DETAILS" }] },
      ]);
    const logged = await whole.stores.audit.find({ actor: "investigator", limit: 20 });
    expect(JSON.stringify(logged)).not.toMatch(/02\/1990|07700 900123|Sample Street/);
    const padded = await whole.call<Imported>("investigator", "/v1/authorities", {
      reference: "MID-2026-0999",
      purpose: "law-enforcement",
      level: "serious",
      reason: "Police enquiry police enquiry police enquiry police enquiry police enquiry",
      vrms: ["ZW12CDE"],
    });
    expect(padded.body.errors).toMatchObject([{ path: "reason", code: "REASON_NOT_SPECIFIC" }]);
  });

  it("asked for again and again by one person is shown to a supervisor (17)", async () => {
    for (let times = 0; times < 13; times++)
      await ask({ kind: "vrm", vrm: "ZW19CDE" }, "MID-2026-0417", "Looking for this stolen vehicle");
    await until(async () => {
      const { body } = await whole.call<{ items: { rule: string; effect: string }[] }>(
        "supervisor",
        "/v1/suspicions",
      );
      expect(body.items).toContainEqual(
        expect.objectContaining({ rule: "same-vehicle-again", effect: "flag" }),
      );
    });
  });
});
