import { afterAll, beforeAll, expect, it } from "vitest";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { WholeApp } from "../app/whole-app.ts";

const HEADER =
  "feed_id,source_id,camera_id,name,type,owner,road,direction,lane,latitude,longitude,daily_reads";
const row = (camera: number, name: string, type = "static", owner = FIRST_ORGANISATION): string =>
  `43,115,${camera},${name},${type},${owner},A30,E,1,50.46,-4.71,5000`;

interface Imported {
  readonly results: readonly { readonly verdict: string; readonly code?: string; readonly id?: string }[];
}

let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start(undefined, { demo: false });
});
afterAll(() => whole?.remove());

async function imported(rows: readonly string[]): Promise<Imported["results"]> {
  const reply = await whole.fetch("/v1/nrds", {
    method: "POST",
    headers: { ...(await whole.as("estate")), "content-type": "text/csv" },
    body: [HEADER, ...rows, ""].join("\n"),
  });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as Imported).results;
}

it("An import takes nothing over from another organisation, covert or not", async () => {
  const camera = 5;
  const before = await whole.stores.nrds.byId(await whole.nrd(camera));
  for (const type of ["covert", "static"]) {
    await whole.stores.database.query("update nrd set type = $2 where id = $1", [before?.id, type]);
    const [verdict] = await imported([row(camera, "Ours now")]);
    expect(verdict).toMatchObject({ verdict: "refused", code: "NRD_NOT_YOURS" });
  }
  expect(await imported([row(camera, "Theirs", "static", SECOND_ORGANISATION)])).toMatchObject([
    { verdict: "refused", code: "OWNER_UNKNOWN" },
  ]);
  expect(await whole.stores.nrds.byId(before?.id ?? 0)).toMatchObject({
    name: "Site 5",
    organisation: before?.organisation,
  });
});

it("An import has each NRD that it changes in the log, with what was there before, and what it adds", async () => {
  const [changed, added] = await imported([row(1, "Site one"), row(70, "New")]);
  expect([changed?.verdict, added?.verdict]).toEqual(["updated", "added"]);
  const entries = await whole.stores.audit.find({ action: "nrd.import", actor: "estate", limit: 10 });
  const subjects = entries.map(({ subject }) => subject);
  expect(subjects).toContainEqual({
    nrd: Number(changed?.id),
    feed: 43,
    source: 115,
    camera: 1,
    before: { name: "Site 1" },
    after: { name: "Site one" },
  });
  expect(subjects).toContainEqual({
    added: [expect.objectContaining({ camera: 70, name: "New" })],
    count: 1,
  });
});
