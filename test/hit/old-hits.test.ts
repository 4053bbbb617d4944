import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import { LISTED, pass, raiseHit } from "../app/scene.ts";
import { WholeApp, type Refused } from "../app/whole-app.ts";
import { until } from "../until.ts";
import { HitListener } from "./hit-stream.ts";

/** A hit is a read (INV-7): outside answering it, it is looked at only for a purpose and with a reason. */
let whole: WholeApp;
let old: string;
let read: string;

interface Seen {
  readonly id: string;
  readonly readId: string;
}
const WHY = "purpose=law-enforcement&reason=Pattern+of+burglaries+in+Bodmin";

beforeAll(async () => {
  whole = await WholeApp.start();
  old = await answered();
  read = (await whole.call<Seen>("operator", `/v1/hits/${old}`)).body.readId;
  await letPass(old, "4 days");
});
afterAll(() => whole?.remove());

/** A hit that was dealt with, just now. */
async function answered(): Promise<string> {
  const hit = await raiseHit(whole, LISTED.high, { images: true });
  await whole.call("operator", `/v1/hits/${hit}/acknowledge`, undefined, "POST");
  await whole.call("operator", `/v1/hits/${hit}/verify`, { result: "confirmed" });
  const closed = await whole.call("operator", `/v1/hits/${hit}/disposition`, { outcome: "arrest", note: "" });
  expect(closed.status).toBe(200);
  return hit;
}
const letPass = (hit: string, time: string) =>
  whole.stores.database.query(
    `update hit set captured = captured - $2::interval, received = received - $2::interval,
       closed_at = closed_at - $2::interval where id = $1`,
    [hit, time],
  );
const ids = async (query: string): Promise<readonly string[]> =>
  (await whole.call<{ items: readonly Seen[] }>("operator", `/v1/hits?limit=100&${query}`)).body.items.map(
    ({ id }) => id,
  );

describe("a hit that was closed and is no longer in hand", () => {
  it("is not there to be looked through without a purpose and a reason, and is with both", async () => {
    const recent = await answered();
    expect(await ids("")).toEqual(expect.arrayContaining([recent]));
    expect(await ids("")).not.toContain(old);
    expect(await ids("state=closed&since=2020-01-01T00:00:00Z")).not.toContain(old);
    expect(await ids(WHY)).toEqual(expect.arrayContaining([recent, old]));
  });

  it("is not opened, nor its images or its read, without them", async () => {
    for (const path of [`/v1/hits/${old}`, `/v1/hits/${old}/images/patch`]) {
      const refused = await whole.call<Refused>("operator", path);
      expect([refused.status, refused.body.rules]).toEqual([
        403,
        expect.arrayContaining(["old-hits-purpose-is-stated", "old-hits-reason-is-given"]),
      ]);
      expect((await whole.call("operator", `${path}?${WHY}`)).status).toBe(200);
    }
    expect((await whole.call("operator", `/v1/reads/${read}`)).status).toBe(403);
  });

  it.each([
    ["purpose=law-enforcement&reason=because", "old-hits-reason-is-given"],
    ["reason=Pattern+of+burglaries+in+Bodmin", "old-hits-purpose-is-stated"],
    ["purpose=tax-and-duty&reason=Pattern+of+burglaries+in+Bodmin", "old-hits-are-not-for-tax-and-duty"],
    [`${WHY}&since=2020-01-01T00:00:00Z`, "old-hits-are-of-the-ordinary-period"],
  ])("is refused with %s", async (query, rule) => {
    const refused = await whole.call<Refused>("operator", `/v1/hits?${query}`);
    expect([refused.status, refused.body.rules]).toEqual([403, [rule]]);
  });

  it("has purpose and reason in the log with what was shown", async () => {
    await whole.call("operator", `/v1/hits/${old}?${WHY}`);
    const [shown] = await whole.stores.audit.find({ actor: "operator", action: "hit.open", limit: 1 });
    expect(shown).toMatchObject({
      outcome: "allowed",
      subject: { purpose: "law-enforcement", reason: "Pattern of burglaries in Bodmin", vrm: LISTED.high },
    });
  });

  it("does not come by a stream that is taken up from before it, nor after a restart", async () => {
    await whole.stop();
    whole = await WholeApp.start(whole);
    const recent = await answered();
    const listener = await HitListener.open(whole, "operator", "0");
    await until(() => expect(listener.hits.map(({ id }) => id)).toContain(recent));
    listener.close();
    expect(listener.hits.map(({ id }) => id)).not.toContain(old);
  });

  it("is asked about by its page, which opens it once both are given", async () => {
    const page = async (query: string) => {
      const cookie = `${SESSION_COOKIE}=${await whole.session("operator")}`;
      const reply = await whole.fetch(`/hits/${old}${query}`, { headers: { cookie, accept: "text/html" } });
      return [reply.status, await reply.text()] as const;
    };
    expect(await page("")).toEqual([403, expect.stringContaining("Why do you open this hit?")]);
    const [status, text] = await page(`?${WHY}`);
    expect([status, text]).toEqual([200, expect.stringContaining("What has been done")]);
    expect(text).toContain("images/patch?purpose=law-enforcement");
  });
});

describe("what somebody was shown in a day", () => {
  const day = async (username: string) => {
    const person = await whole.stores.people.byUsername(username);
    return whole.stores.enquiries.lastDay(person?.id ?? 0, Date.now() + 1_000);
  };

  it("counts the reads of the stream, those opened singly, and looks through old hits as enquiries", async () => {
    const before = await day("operator");
    const listener = await HitListener.open(whole);
    const seen = await pass(whole, LISTED.medium);
    await until(() => expect(listener.of(seen)).toHaveLength(1));
    listener.close();
    await until(async () => expect((await day("operator")).rows).toBe(before.rows + 1));
    await whole.call("operator", `/v1/reads/${seen}`);
    expect(await day("operator")).toEqual({ enquiries: before.enquiries, rows: before.rows + 2 });
    const found = await ids(WHY);
    expect(await day("operator")).toEqual({
      enquiries: before.enquiries + 1,
      rows: before.rows + 2 + found.length,
    });
  });
});
