import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { feedSourceView, givenSourceView, sourceTestView } from "../../src/api/sources/present.ts";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { aRead, WholeApp, type Refused, type Reply, type Result } from "../app/whole-app.ts";
import { until } from "../until.ts";

type Source = z.infer<typeof feedSourceView>;
type Given = z.infer<typeof givenSourceView>;
type Tested = z.infer<typeof sourceTestView>;
type Wrong = Refused & { readonly errors: readonly { readonly path: string; readonly code: string }[] };

const PATH = "/v1/feed-sources";
const because = "For the gantry on the A30";
const DAY = 86_400_000;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const agreement = (from: number, to: number) => ({
  party: "Transport for Midshire",
  reference: "TFM-2026-4",
  purpose: "Prevention and detection of crime",
  legalBasis: "Section 35 DPA 2018",
  from: day(from),
  until: day(to),
  document: "Records, folder 12",
});
const CURRENT = agreement(Date.now() - 30 * DAY, Date.now() + 300 * DAY);
const OVER = agreement(Date.now() - 30 * DAY, Date.now() - 2 * DAY);

let whole: WholeApp;
let made = 0;

beforeAll(async () => {
  whole = await WholeApp.start();
  await whole.join("estate2", "estate", SECOND_ORGANISATION);
});
afterAll(() => whole?.remove());

const asked = (differing: Readonly<Record<string, unknown>> = {}) => ({
  name: `Gantry ${++made}`,
  protocol: "native",
  ...differing,
});

async function added(differing: Readonly<Record<string, unknown>> = {}, by = "estate"): Promise<Given> {
  const reply = await whole.call<Given>(by, PATH, asked(differing));
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body;
}

const act = <Body = Source>(
  by: string,
  { id, version }: Pick<Source, "id" | "version">,
  name: string,
): Promise<Reply<Body>> => whole.call<Body>(by, `${PATH}/${id}/${name}`, { version, reason: because });

/** What a read sent with a token is answered: the verdict, or the code of the refusal. */
async function sends(token: string, init: { camera?: number } = {}): Promise<string> {
  const reply = await whole.fetch("/v1/reads", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(aRead(init.camera ?? 1)),
  });
  const body = (await reply.json()) as { results?: readonly Result[]; code?: string };
  return reply.status === 200 ? (body.results?.[0]?.verdict ?? "") : `${reply.status} ${body.code}`;
}

const becomes = (token: string, answer: string): Promise<void> =>
  until(async () => expect(await sends(token)).toBe(answer));

/** Acts of a source as the log has them, oldest first. */
const logged = async (source: number): Promise<readonly string[]> =>
  (await whole.stores.audit.find({ limit: 500 }))
    .filter(({ subject, outcome }) => subject["source"] === source && outcome !== "asked")
    .map(({ action, outcome }) => `${action} ${outcome}`)
    .reverse();

const wrongs = async (differing: Readonly<Record<string, unknown>>): Promise<readonly string[]> => {
  const { status, body } = await whole.call<Wrong>("estate", PATH, asked(differing));
  expect(status).toBe(400);
  return body.errors.map(({ path, code }) => `${path} ${code}`);
};

describe("a feed source (READ-7)", () => {
  it("is added with its secrets shown once, delivers, and is switched, renewed and tested, each in the log", async () => {
    const { source, secret } = await added();
    expect(source).toMatchObject({
      organisation: { code: "midshire-constabulary" },
      enabled: true,
      closed: null,
      version: 1,
      lastMessage: null,
    });
    expect(secret).toMatchObject({ pathKey: null, address: `${whole.app.url}/v1/reads` });
    await becomes(secret.token, "stored");

    const off = await act("estate", source, "switch-off");
    expect(off.body).toMatchObject({
      enabled: false,
      version: 2,
      closed: { code: "SOURCE_SWITCHED_OFF" },
      switched: { why: because, by: "estate" },
    });
    await becomes(secret.token, "403 SOURCE_SWITCHED_OFF");
    const tested = await whole.call<Tested>("estate", `${PATH}/${source.id}/test`, {});
    expect(tested.body).toMatchObject({
      lettingIn: false,
      address: "127.0.0.1",
      networkAllows: true,
      agreement: "none-needed",
      source: { lastMessage: { code: "SOURCE_SWITCHED_OFF" } },
    });
    expect(tested.body.refusals.map(({ code }) => code)).toEqual(["SOURCE_SWITCHED_OFF"]);

    const on = await act("estate", off.body, "switch-on");
    await becomes(secret.token, "stored");
    const renewed = await act<Given>("estate", on.body, "renew-secret");
    expect(renewed.body.secret.token).not.toBe(secret.token);
    await becomes(secret.token, "401 FEED_TOKEN_INVALID");
    await becomes(renewed.body.secret.token, "stored");

    const open = await whole.call<Source>("estate", `${PATH}/${source.id}`);
    expect(open.body).toEqual({ ...renewed.body.source, lastMessage: open.body.lastMessage });
    expect(await logged(source.id)).toEqual([
      "source.add done",
      "source.switch-off done",
      "source.test allowed",
      "source.switch-on done",
      "source.renew done",
      "source.open allowed",
    ]);
    const all = JSON.stringify(await whole.stores.audit.find({ limit: 1_000 }));
    for (const told of [secret.token, renewed.body.secret.token]) expect(all).not.toContain(told);
  });

  it("with a secret path is told where its device sends, and is known there", async () => {
    const { secret } = await added({ protocol: "hikvision" });
    expect(secret.address).toBe(`${whole.app.url}/feeds/hikvision/${secret.pathKey}`);
    const bof2 = await added({ protocol: "bof2", hasPathKey: true });
    expect(bof2.secret.address).toContain(`/feeds/bof2/${bof2.secret.pathKey}/services/`);
    const plain = await added({ protocol: "bof2" });
    expect(plain.secret).toMatchObject({ pathKey: null });
    expect(plain.secret.address).toContain("/bof2/services/");
  });

  it("for several organisations is let in only within the period of its agreement", async () => {
    const [own] = await whole.stores.organisations.ensure([FIRST_ORGANISATION]);
    const asAggregator = { aggregator: true, agreement: CURRENT, organisation: own?.code };
    const kept = await whole.call<Refused>("estate", PATH, asked(asAggregator));
    expect([kept.status, kept.body.rules]).toEqual([403, ["aggregators-are-registered-nationally"]]);
    const { source, secret } = await added(asAggregator, "nationaladmin");
    expect(source.agreement).toEqual(CURRENT);
    await until(async () => expect(await sends(secret.token, { camera: 5 })).toBe("stored"));
    const over = await whole.call<Source>(
      "estate",
      `${PATH}/${source.id}`,
      { version: 1, reason: because, agreement: OVER, name: `Ended ${made}` },
      "PATCH",
    );
    expect(over.body).toMatchObject({ version: 2, closed: { code: "AGREEMENT_NOT_IN_FORCE" } });
    await becomes(secret.token, "403 AGREEMENT_NOT_IN_FORCE");
    const [entry] = await whole.stores.audit.find({ action: "source.change", limit: 1 });
    expect(entry).toMatchObject({
      outcome: "done",
      subject: { before: { agreement: CURRENT }, after: { agreement: OVER }, reason: because },
    });
    const none = { version: 2, reason: because, agreement: null };
    const refused = await whole.call<Wrong>("estate", `${PATH}/${source.id}`, none, "PATCH");
    expect(refused.body.errors[0]?.code).toBe("AGREEMENT_MISSING");
  });

  it("is held to its networks, and to an agreement it has without needing one", async () => {
    const { source, secret } = await added({ allowedNetworks: ["10.0.0.0/8"], agreement: OVER });
    await becomes(secret.token, "403 NETWORK_REFUSED");
    const test = (address: string) => whole.call<Tested>("estate", `${PATH}/${source.id}/test`, { address });
    expect((await test("10.1.2.3")).body).toMatchObject({
      networkAllows: true,
      agreement: "not-in-force",
      lettingIn: false,
    });
    expect((await test("192.0.2.1")).body.networkAllows).toBe(false);
    expect((await whole.call("estate", `${PATH}/${source.id}/test`, { address: "there" })).status).toBe(400);
  });

  it("is turned away while its organisation is suspended or its policy has lapsed", async () => {
    const { secret } = await added({}, "estate2");
    await becomes(secret.token, "quarantined");
    const { organisations } = whole.stores;
    const second = await organisations.byCode("northmoor-police");
    const id = second?.id as number;
    await organisations.change(id, { state: "suspended" });
    await becomes(secret.token, "403 ORGANISATION_NOT_APPROVED");
    await organisations.change(id, { state: "approved" });
    await becomes(secret.token, "quarantined");
    const policy = second?.policy as NonNullable<NonNullable<typeof second>["policy"]>;
    await organisations.change(id, { policy: { ...policy, until: day(Date.now() - 2 * DAY) } });
    await becomes(secret.token, "403 ORGANISATION_NOT_APPROVED");
    await organisations.change(id, { policy });
    await becomes(secret.token, "quarantined");
  });
});

describe("a stream of reads whose source is switched off meanwhile", () => {
  it("ends with that problem and from where to send again", async () => {
    const { source, secret } = await added();
    await becomes(secret.token, "stored");
    const line = (): string => `${JSON.stringify(aRead(1))}\n`;
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        const text = new TextEncoder();
        controller.enqueue(text.encode(line()));
        await until(async () => {
          const { body: seen } = await whole.call<Source>("estate", `${PATH}/${source.id}`);
          expect(seen.enabled).toBe(true);
        });
        await act("estate", source, "switch-off");
        await becomes(secret.token, "403 SOURCE_SWITCHED_OFF");
        controller.enqueue(text.encode(line()));
        controller.close();
      },
    });
    const reply = await whole.fetch("/v1/reads", {
      method: "POST",
      headers: { authorization: `Bearer ${secret.token}`, "content-type": "application/x-ndjson" },
      body,
      duplex: "half",
    });
    const said = (await reply.json()) as {
      readonly results: readonly Result[];
      readonly problem: { readonly code: string; readonly sendAgainFrom: number };
    };
    expect(said.results.map(({ verdict }) => verdict)).toEqual(["stored"]);
    expect(said.problem).toMatchObject({ code: "SOURCE_SWITCHED_OFF", sendAgainFrom: 1 });
  });
});

describe("who may keep feed sources", () => {
  it("is the camera manager or administrator of the own organisation, and a national administrator everywhere", async () => {
    const { source } = await added();
    const mine = { version: source.version, reason: because };
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["PATCH", "", { ...mine, name: "Taken over" }],
      ["POST", "/test", {}],
      ["POST", "/switch-off", mine],
      ["POST", "/renew-secret", mine],
    ] as const) {
      const reply = await whole.call<Refused>("estate2", `${PATH}/${source.id}${path}`, body, method);
      expect([path, reply.status, reply.body.code]).toEqual([path, 404, "NOT_FOUND"]);
    }
    expect((await logged(source.id)).slice(1)).toEqual([
      "source.open refused",
      "source.change refused",
      "source.test refused",
      "source.switch-off refused",
      "source.renew refused",
    ]);
    const listed = async (who: string): Promise<readonly number[]> =>
      (await whole.call<{ items: readonly Source[] }>(who, `${PATH}?limit=500`)).body.items.map(
        ({ id }) => id,
      );
    expect(await listed("estate2")).not.toContain(source.id);
    for (const who of ["estate", "admin", "auditor", "nationaladmin", "nationalauditor"])
      expect(await listed(who), who).toContain(source.id);

    expect((await act("auditor", source, "switch-off")).status).toBe(403);
    expect((await whole.call("operator", PATH)).status).toBe(403);
    expect((await act("nationaladmin", source, "switch-off")).status).toBe(200);
    const other = await added({ organisation: "northmoor-police" }, "nationaladmin");
    expect(other.source.organisation.code).toBe("northmoor-police");
    const beyond = await whole.call<Refused>("estate", PATH, asked({ organisation: "northmoor-police" }));
    expect([beyond.status, beyond.body.code]).toEqual([404, "NOT_FOUND"]);
  });

  it("gives the second factor again before an act, and not before a look", async () => {
    const { source } = await added();
    const mine = { version: source.version, reason: because };
    const acts = [
      ["POST", "", asked()],
      ["PATCH", `/${source.id}`, { ...mine, name: "Another" }],
      ["POST", `/${source.id}/switch-off`, mine],
      ["POST", `/${source.id}/switch-on`, mine],
      ["POST", `/${source.id}/renew-secret`, mine],
    ] as const;
    await whole.call("admin", PATH);
    await whole.stores.database.query(
      `update session set stepped_up = now() - interval '1 hour'
        where person_id = (select id from person where username = 'admin')`,
    );
    for (const [method, path, body] of acts) {
      const reply = await whole.call<Refused>("admin", `${PATH}${path}`, body, method);
      expect([path, reply.status, reply.body.code]).toEqual([path, 403, "STEP_UP_REQUIRED"]);
    }
    expect((await whole.call("admin", `${PATH}/${source.id}/test`, {})).status).toBe(200);
  });
});

describe("what is asked of a feed source wrongly", () => {
  it("is answered with the member that is wrong", async () => {
    expect(await wrongs({ protocol: "fax" })).toEqual(["protocol PROTOCOL_UNKNOWN"]);
    expect(await wrongs({ byAddress: true })).toEqual([
      "allowedNetworks NETWORKS_MISSING",
      "byAddress CREDENTIAL_NEEDED",
    ]);
    expect(await wrongs({ allowedNetworks: ["here"] })).toEqual(["allowedNetworks NETWORK_INVALID"]);
    expect(await wrongs({ timeZone: "Europe/Atlantis" })).toEqual(["timeZone TIME_ZONE_UNKNOWN"]);
    expect(await wrongs({ nrd: await whole.nrd(5) })).toEqual(["nrd NRD_UNKNOWN"]);
    expect(await wrongs({ agreement: { ...CURRENT, until: "2020-01-01" } })).toEqual([
      "agreement.until DAYS_REVERSED",
    ]);
    const [entry] = await whole.stores.audit.find({ action: "source.add", limit: 1 });
    expect(entry).toMatchObject({
      outcome: "failed",
      subject: { codes: ["INPUT_INVALID", "DAYS_REVERSED"] },
    });
  });

  it("twice is a conflict: the same name, an older version, a switch that is there already", async () => {
    const name = "The same twice";
    await added({ name });
    expect((await whole.call("estate", PATH, { ...asked(), name })).status).toBe(409);
    const { source } = await added();
    const off = await act("estate", source, "switch-off");
    expect((await act("estate", source, "switch-off")).status).toBe(409);
    expect((await act("estate", source, "renew-secret")).status).toBe(409);
    expect((await act("estate", off.body, "switch-off")).status).toBe(409);
    expect(await logged(source.id)).toEqual([
      "source.add done",
      "source.switch-off done",
      "source.switch-off failed",
      "source.renew failed",
      "source.switch-off failed",
    ]);
    const both = await Promise.all([1, 2].map(() => act("estate", off.body, "switch-on")));
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect((await whole.call("estate", `${PATH}/x`)).status).toBe(404);
  });
});
