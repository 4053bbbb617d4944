import { afterAll, beforeAll, expect, it } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import { suspicionActs } from "../../src/audit/acts/suspicion.ts";
import { service } from "../../src/audit/actor.ts";
import { Audited } from "../../src/audit/audited.ts";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { MONITORING } from "../../src/identity/monitoring/protective-monitoring.ts";
import { WholeApp } from "../app/whole-app.ts";
import { until } from "../until.ts";

/** A suspicion is shown to whom it may be, and never to whom it is about (ACC-8). */
let whole: WholeApp;
const raised: Record<string, { readonly id: string; readonly entry: number }> = {};
const SUSPECTS = ["supervisor", "auditor", "investigator"] as const;

interface Items {
  readonly items: readonly {
    readonly id: string;
    readonly index: number;
    readonly action: string;
    readonly account: { readonly username: string };
  }[];
}

beforeAll(async () => {
  whole = await WholeApp.start();
  await whole.join("supervisor2", "supervisor", SECOND_ORGANISATION);
  await whole.join("othersupervisor", "supervisor", FIRST_ORGANISATION);
  for (const account of SUSPECTS) {
    const person = await whole.stores.people.byUsername(account);
    const organisation = person?.organisation.id ?? 0;
    const rule = { name: "many-enquiries", effect: "flag", why: "Made 50 enquiries in an hour." } as const;
    const evidence = { count: 50, entries: [1] };
    const found = { person: person?.id ?? 0, organisation, rule, evidence, now: Date.now() };
    const subject = { account, person: found.person, rule: rule.name, effect: rule.effect, why: rule.why };
    const id = await new Audited(whole.stores.audit).do(
      { ...service(MONITORING), organisation },
      suspicionActs.raise,
      { ...subject, ...evidence },
      () => whole.stores.suspicions.raise(found),
    );
    const [entry] = await whole.stores.audit.find({ action: "suspicion.raise", limit: 1 });
    raised[account] = { id: String(id), entry: entry?.index ?? -1 };
  }
});
afterAll(() => whole?.remove());

const items = async (username: string, path: string): Promise<Items["items"]> => {
  const reply = await whole.call<Items>(username, path);
  expect(reply.status, `${username} ${path}`).toBe(200);
  return reply.body.items;
};
const about = async (username: string): Promise<readonly string[]> =>
  (await items(username, "/v1/suspicions?limit=100")).map(({ account }) => account.username).sort();

it("is listed and opened by whoever decides on it, and not by whom it is about or by another force", async () => {
  expect(await about("othersupervisor")).toEqual([...SUSPECTS].sort());
  expect(await about("nationalauditor")).toEqual(expect.arrayContaining([...SUSPECTS]));
  expect(await about("supervisor")).toEqual(["auditor", "investigator"]);
  expect(await about("auditor")).toEqual(["investigator", "supervisor"]);
  expect(await about("supervisor2")).toEqual([]);
  const statusOf = async (username: string, account: string) =>
    (await whole.call(username, `/v1/suspicions/${raised[account]?.id}`)).status;
  expect(await statusOf("othersupervisor", "supervisor")).toBe(200);
  expect(await statusOf("supervisor", "supervisor")).toBe(404);
  expect(await statusOf("auditor", "auditor")).toBe(404);
  expect(await statusOf("supervisor2", "investigator")).toBe(404);
  expect(await statusOf("operator", "operator")).toBe(403);
});

it("is not decided, counted on the home page or told in the account of whom it is about", async () => {
  const note = { reason: "I know why" };
  const own = await whole.call("supervisor", `/v1/suspicions/${raised["supervisor"]?.id}/note`, note);
  expect(own.status).toBe(404);
  const home = async (username: string): Promise<string> => {
    const cookie = `${SESSION_COOKIE}=${await whole.session(username)}`;
    return (await whole.fetch("/", { headers: { cookie, accept: "text/html" } })).text();
  };
  expect(await home("othersupervisor")).toContain("3 suspicions are waiting");
  expect(await home("supervisor")).toContain("2 suspicions are waiting");
  expect(await home("investigator")).not.toMatch(/suspicions? (is|are) waiting/);
  const history = await items("investigator", "/v1/history?limit=100");
  expect(history.filter(({ action }) => action.startsWith("suspicion."))).toEqual([]);
});

it("is in the log for whoever may see suspicions, except those about themselves", async () => {
  const found = async (username: string): Promise<readonly number[]> =>
    (await items(username, "/v1/audit?action=suspicion.raise&limit=100")).map(({ index }) => index);
  const entry = (account: string): number => raised[account]?.entry ?? -1;
  expect(await found("auditor")).toEqual(
    expect.arrayContaining([entry("supervisor"), entry("investigator")]),
  );
  expect(await found("auditor")).not.toContain(entry("auditor"));
  expect(await found("dpo")).toEqual([]);
  expect(await found("nationalauditor")).toContain(entry("auditor"));
  const statusOf = async (username: string, path: string) => (await whole.call(username, path)).status;
  expect(await statusOf("auditor", `/v1/audit/${entry("supervisor")}`)).toBe(200);
  expect(await statusOf("auditor", `/v1/audit/${entry("auditor")}`)).toBe(404);
  expect(await statusOf("dpo", `/v1/audit/${entry("supervisor")}`)).toBe(404);
  await until(async () =>
    expect(await statusOf("auditor", `/v1/audit/${entry("supervisor")}/proof`)).toBe(200),
  );
  expect(await statusOf("auditor", `/v1/audit/${entry("auditor")}/proof`)).toBe(403);
});
