import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as OTPAuth from "otpauth";
import { startApp, type App } from "../../src/app.ts";
import { seedDemo } from "../../src/cli/demo/seed.ts";
import { loadSettings } from "../../src/config.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { loadPolicyPack } from "../../src/policy/pack.ts";
import { aProposal } from "./decision.ts";
import { bareCommits } from "./floors/floors.ts";
import { quantile, type Figure } from "./report.ts";

const HOUR = 3_600_000;
const VRM = "AB12CDE";

/**
 * What the guards add to a VRM enquiry: the whole request (session, network, decision, two entries of the log, the enquiry's
 * record, reply) against the archive's query alone, one after the other on the same service and an empty archive; beside it, one
 * durable commit of the same kind of store.
 */
export async function benchGuards({ enquiries }: { enquiries: number }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-guards-"));
  const settings = loadSettings({}, { overrides: { data: folder, port: 0, logLevel: "silent" } });
  const app = await startApp(settings, { createKeys: true, demo: true });
  try {
    const guarded = await askOverHttp(app);
    const engine = new PolicyEngine(loadPolicyPack(settings.policyPack));
    const now = Date.now();
    const decision = engine.decideEnquiry(aProposal(now), now);
    if (!decision.allowed) throw new Error(`The measured enquiry was refused: ${decision.rules.join()}`);
    const bare = queryAlone(app, decision.grant, now);
    const [bareTimes = [], guardedTimes = []] = await timeInTurns(enquiries, bare, guarded);
    const commits = await bareCommits(enquiries);
    return [0.5, 0.95].flatMap((share): Figure[] => {
      const [query, whole, commit] = [bareTimes, guardedTimes, commits].map((times) =>
        quantile(times, share),
      ) as [number, number, number];
      const target = share === 0.95 ? { target: { atMost: Math.max(10, 4 * commit) } } : {};
      const name = `p${share * 100}`;
      return [
        { measure: `query alone, ${name}`, value: query, unit: "ms" },
        { measure: `enquiry with its guards, ${name}`, value: whole, unit: "ms" },
        { measure: `floor: one bare commit, ${name}`, value: commit, unit: "ms" },
        { measure: `what the guards add, ${name}`, value: whole - query, unit: "ms", ...target },
        { measure: `  ÷ bare commits, ${name}`, value: (whole - query) / commit, unit: "" },
      ];
    });
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A function that asks the archive as the demo's investigator does. */
async function askOverHttp(app: App): Promise<() => Promise<unknown>> {
  const { password, totpSecret, authorities } = await seedDemo(app, []);
  const totp = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(totpSecret) }).generate();
  const post = async (path: string, body: unknown, token?: string): Promise<unknown> => {
    const headers = {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const reply = await fetch(`${app.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  };
  app.ready();
  const { token } = (await post("/v1/session", { username: "investigator", password, totp })) as {
    token: string;
  };
  const to = Date.now();
  const asked = {
    authority: authorities[0],
    reason: "Measuring what the guards add",
    kind: "vrm",
    vrm: VRM,
    from: new Date(to - HOUR).toISOString(),
    to: new Date(to).toISOString(),
  };
  return () => post("/v1/enquiries", asked, token);
}

const queryAlone = (app: App, grant: Grant, now: number) => (): Promise<unknown> =>
  app.stores.reads.byVrm(grant, { vrm: VRM, from: now - HOUR, to: now, limit: 100, cursor: null });

/** Times in ms of both, taken in turns so that both meet the same machine; the first tenth only warms up. */
async function timeInTurns(
  count: number,
  ...acts: readonly (() => Promise<unknown>)[]
): Promise<readonly (readonly number[])[]> {
  const times = acts.map((): number[] => []);
  for (let i = 0; i < count * 1.1; i++) {
    for (const [which, act] of acts.entries()) {
      const begun = performance.now();
      await act();
      if (i >= count / 10) times[which]?.push(performance.now() - begun);
    }
  }
  return times;
}
