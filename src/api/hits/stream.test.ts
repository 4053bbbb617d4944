import { get, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRead, WholeApp } from "../../../test/app/whole-app.ts";
import { SECOND_ORGANISATION } from "../../cli/demo/facts.ts";
import { ROUTES, urlOf } from "../paths.ts";
import { until } from "../../../test/until.ts";
import { DEFAULT_SERVER_LIMITS } from "../http/server-options.ts";

let whole: WholeApp;
let port = 0;

beforeAll(async () => {
  const streams = { ...DEFAULT_SERVER_LIMITS.streams, perSession: 2, heartbeatMs: 100 };
  whole = await WholeApp.start(undefined, { limits: { streams } });
  await whole.join("operator2", "operator", SECOND_ORGANISATION);
  port = Number(new URL(whole.app.url).port);
});
afterAll(() => whole?.remove());

/** A read of a vehicle on the first organisation's list of missing people. */
async function raise(): Promise<void> {
  await whole.send(aRead(1, { vrm: "WA19HKL" }));
}

/** A real client: what came in so far, and a wait for what must come. */
async function listen(username: string, after?: string) {
  const headers = {
    ...(await whole.as(username)),
    ...(after === undefined ? {} : { "last-event-id": after }),
  };
  const request = get({ port, host: "127.0.0.1", path: ROUTES.hitStream, headers, agent: false });
  const [reply] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  reply
    .setEncoding("utf8")
    .on("data", (chunk: string) => (text += chunk))
    .on("error", () => undefined);
  const ids = (): string[] => [...text.matchAll(/event: hit\nid: (\d+)\n/g)].map(([, id]) => id as string);
  const untilSeen = (seen: () => boolean): Promise<void> =>
    until(() => {
      if (!seen()) throw new Error(`It did not come: ${text}`);
    });
  return { reply, ids, until: untilSeen, text: () => text, leave: () => request.destroy() };
}

describe("the hit stream", () => {
  it("tells of hits and of changes to them as they happen, to the list's organisation only", async () => {
    const [own, other] = [await listen("operator"), await listen("operator2")];
    expect(own.reply.headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(own.reply.headers["x-request-id"]).toBeDefined();
    await raise();
    await own.until(() => own.ids().length === 1);
    expect(own.text()).toContain("retry: 2000\n");
    const hit = own.ids()[0] as string;
    const acknowledged = await whole.server.inject({
      method: "POST",
      url: urlOf(ROUTES.hitAcknowledge, { id: hit }),
      headers: await whole.as("operator"),
    });
    expect(acknowledged.json()).toMatchObject({
      id: hit,
      state: "acknowledged",
      acknowledged: { by: "operator" },
    });
    await own.until(() => own.text().includes("event: hit-state\n"));
    await own.until(() => own.text().includes(": still here\n"));
    expect(other.text()).not.toContain("event:");
    const foreign = await whole.server.inject({
      method: "GET",
      url: urlOf(ROUTES.hit, { id: hit }),
      headers: await whole.as("operator2"),
    });
    expect(foreign.statusCode).toBe(404);
    own.leave();
    other.leave();
  });

  it("resumes after Last-Event-ID and misses nothing", async () => {
    const first = await listen("operator", "0");
    await first.until(() => first.ids().length >= 1);
    const last = first.ids().at(-1) as string;
    first.leave();
    await raise();
    await raise();
    const second = await listen("operator", last);
    await second.until(() => second.ids().length === 2);
    expect(second.ids().every((id) => Number(id) > Number(last))).toBe(true);
    second.leave();
  });

  it("refuses an id that is none, and more streams than a session may have", async () => {
    const bad = await whole.server.inject({
      method: "GET",
      url: `${ROUTES.hitStream}?after=x`,
      headers: await whole.as("operator"),
    });
    expect(bad.json().code).toBe("INPUT_INVALID");
    const streams = [await listen("analyst"), await listen("analyst")];
    const third = await whole.server.inject({
      method: "GET",
      url: ROUTES.hitStream,
      headers: await whole.as("analyst"),
    });
    expect([third.statusCode, third.json().code]).toEqual([429, "TOO_MANY_REQUESTS"]);
    for (const stream of streams) stream.leave();
  });

  it("ends for whoever may no longer see hits, or has come from elsewhere than allowed, though signed in", async () => {
    const { database } = whole.stores;
    for (const [username, change] of [
      ["moved", "update person set roles = '{estate}' where username = $1"],
      ["uncovered", "update person set covert = not covert where username = $1"],
      [
        "away",
        `update organisation set allowed_networks = '{192.0.2.0/24}'
          where id = (select organisation_id from person where username = $1)`,
      ],
    ] as const) {
      await whole.join(username, "operator", SECOND_ORGANISATION);
      const stream = await listen(username);
      await database.query(change, [username]);
      await stream.until(() => stream.text().includes("session-ended"));
    }
    await database.query("update organisation set allowed_networks = '{}'");
  });

  it("is in the log before it shows anything, and again with what it showed when it ends", async () => {
    const before = (await whole.stores.audit.find({ limit: 1 }))[0]?.index ?? 0;
    const entries = async () =>
      (await whole.stores.audit.from(before + 1, 100)).filter(
        ({ actor, action }) => actor === "listmanager" && action === "hit.stream",
      );
    const stream = await listen("listmanager");
    expect((await entries()).map(({ outcome }) => outcome)).toEqual(["asked"]);
    await raise();
    await raise();
    await stream.until(() => stream.ids().length === 2);
    stream.leave();
    await expect.poll(async () => (await entries()).length).toBe(2);
    const [opened, ended] = await entries();
    expect(opened?.requestId).toBe(ended?.requestId);
    expect(ended).toMatchObject({
      outcome: "allowed",
      subject: { after: null, last: stream.ids().at(-1), count: 2 },
    });
  });

  it("ends with the session", async () => {
    const stream = await listen("investigator");
    await whole.server.inject({
      method: "DELETE",
      url: ROUTES.session,
      headers: await whole.as("investigator"),
    });
    await stream.until(() => stream.text().includes('event: dropped\ndata: {"reason":"session-ended"}'));
  });
});

describe("a hit's life", () => {
  it("is in the log before each step, and again with how it ended", async () => {
    await raise();
    const headers = await whole.as("operator");
    const { items } = (
      await whole.server.inject({ method: "GET", url: `${ROUTES.hits}?state=new&limit=1`, headers })
    ).json();
    const id = items[0].id as string;
    const early = await whole.server.inject({
      method: "POST",
      url: urlOf(ROUTES.hitVerify, { id }),
      payload: { result: "no-image-seen" },
      headers,
    });
    expect(early.json().code).toBe("CONFLICT");
    // Without an image a second person closes it.
    for (const [url, payload, status] of [
      [ROUTES.hitAcknowledge, undefined, 200],
      [ROUTES.hitVerify, { result: "no-image-seen" }, 200],
      [ROUTES.hitDisposition, { outcome: "interception", note: "Stopped at the A4" }, 403],
    ] as const) {
      const reply = await whole.server.inject({
        method: "POST",
        url: urlOf(url, { id }),
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      expect(reply.statusCode).toBe(status);
    }
    const entries = await whole.stores.audit.find({ actor: "operator", limit: 8 });
    expect([...entries].reverse().map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      "hit.verify asked",
      "hit.verify failed",
      "hit.acknowledge asked",
      "hit.acknowledge done",
      "hit.verify asked",
      "hit.verify done",
      "hit.disposition asked",
      "hit.disposition refused",
    ]);
    expect(entries.at(-2)?.subject).toMatchObject({ codes: ["CONFLICT"], vrm: expect.any(String) });
  });
});
