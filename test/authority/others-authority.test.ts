import { afterAll, beforeAll, expect, it } from "vitest";
import { WholeApp } from "../app/whole-app.ts";

/** An authority of another force is as good as not there: no refusal tells what it is about (INV-2). */
let whole: WholeApp;
beforeAll(async () => {
  whole = await WholeApp.start();
});
afterAll(() => whole?.remove());

const [THEIRS, NONE] = ["NOR-2026-0093", "NOR-2026-9999"] as const;
const DAY = 86_400_000;
/** What was answered, with the reference left out. */
async function answered(who: string, authority: string, path: string, body?: unknown): Promise<unknown> {
  const reply = await whole.call(who, path.replace("REF", authority), body);
  const text = JSON.stringify(reply.body).replaceAll(authority, "REF");
  return [reply.status, JSON.parse(text.replace(/"(requestId|instance)":"[^"]*"/g, '"$1":""'))];
}

it.each([
  ["GET", "investigator", "/v1/authorities/REF", undefined],
  ["approving", "authoriser", "/v1/authorities/REF/approve", { reason: "Looks right" }],
  ["refusing", "authoriser", "/v1/authorities/REF/refuse", { reason: "Looks wrong" }],
  ["withdrawing", "authoriser", "/v1/authorities/REF/withdraw", { reason: "Looks wrong" }],
  ["confirming", "authoriser", "/v1/authorities/REF/confirm", { reason: "Said by me" }],
  [
    "extending",
    "authoriser",
    "/v1/authorities/REF/extend",
    { reason: "More time", until: new Date(Date.now() + DAY).toISOString() },
  ],
] as const)("by %s it is told from none by nothing", async (_act, who, path, body) => {
  const theirs = await answered(who, THEIRS, path, body);
  expect(theirs).toEqual([404, expect.anything()]);
  expect(theirs).toEqual(await answered(who, NONE, path, body));
});

it.each([
  ["a vehicle that it names", { kind: "vrm", vrm: "WA19HKL" }],
  ["a vehicle that it does not name", { kind: "vrm", vrm: "ZZ99ZZZ" }],
  ["a long time", { kind: "vrm", vrm: "WA19HKL", from: new Date(Date.now() - 300 * DAY).toISOString() }],
])("relied on for %s it is told from none by nothing", async (_about, question) => {
  const ask = (authority: string) =>
    answered("investigator", authority, "/v1/enquiries", {
      authority,
      reason: "Seen leaving the scene of a burglary",
      from: new Date(Date.now() - DAY).toISOString(),
      to: new Date().toISOString(),
      ...question,
    });
  const theirs = await ask(THEIRS);
  expect(theirs).toEqual([
    403,
    expect.objectContaining({ rules: expect.arrayContaining(["authority-exists"]) }),
  ]);
  expect(theirs).toEqual(await ask(NONE));
});
