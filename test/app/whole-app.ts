import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import * as OTPAuth from "otpauth";
import sharp from "sharp";
import { expect } from "vitest";
import type { ServerLimits } from "../../src/api/http/server-options.ts";
import { startApp, type App } from "../../src/app.ts";
import { FIRST_ORGANISATION, SECOND_ORGANISATION } from "../../src/cli/demo/facts.ts";
import { seedDemo, type DemoAccess } from "../../src/cli/demo/seed.ts";
import { loadSettings } from "../../src/config.ts";
import { hashPassword } from "../../src/identity/sign-in/password.ts";
import { seal } from "../../src/identity/keys/sealed.ts";
import { totpSecretOf } from "../../src/identity/sign-in/totp.ts";
import type { Role } from "../../src/policy/roles.ts";
import { until } from "../until.ts";
import { putGovernedStore } from "../servers/governed-stores.ts";
import type { EstateRow } from "../../tools/simulator/estate/estate-row.ts";

/** The feed and source of every NRD of these tests; they differ by camera. */
const DEVICE = { feed: 43, source: 115 } as const;
export const BODMIN = { lat: 50.46, lon: -4.71 };

const row = (camera: number, differing: Partial<EstateRow> = {}): EstateRow => ({
  ...DEVICE,
  camera,
  name: `Site ${camera}`,
  type: "static",
  owner: FIRST_ORGANISATION,
  road: "A30",
  direction: "E",
  lane: 1,
  latitude: BODMIN.lat,
  longitude: BODMIN.lon,
  dailyReads: 5_000,
  ...differing,
});

/** Cameras: 1 and 2 a kilometre apart, 3 far away, 4 mobile, 5 of the other organisation, 6 for changes of state. */
const ESTATE = [
  row(1),
  row(2, { latitude: BODMIN.lat + 0.01 }),
  row(3, { latitude: 51.5, longitude: -0.1, road: "A40" }),
  row(4, { type: "mobile", direction: "" }),
  row(5, { owner: SECOND_ORGANISATION, latitude: 54.89, longitude: -2.93, road: "M6" }),
  row(6, { latitude: 52.2, longitude: 0.12, road: "A14" }),
];

/** One element of a reply of `POST /v1/reads`. */
export interface Result {
  readonly index: number;
  readonly verdict: string;
  readonly readId?: string;
  readonly code?: string;
  readonly quarantineId?: string;
}

export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
}

export interface Refused {
  readonly code: string;
  readonly detail: string;
  readonly rules?: readonly string[];
  readonly needed?: readonly string[];
}

/** What a test may start differently. */
export interface WholeOptions {
  /** Limits of the HTTP edge; requests are not counted unless a test says so. */
  readonly limits?: Partial<ServerLimits>;
  /** Settings beside the folder, the port and the level of the log. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False: as a real installation, where a code is taken once and an import is of one's own organisation. */
  readonly demo?: boolean;
  /** False: the service does not say yet that it may be used. */
  readonly ready?: boolean;
  /** Folder of the policy pack, where it is not the one we ship. */
  readonly policyPack?: string;
}

/** The whole service in this process, on real embedded stores in a folder of its own, seeded like the demo. */
export class WholeApp {
  readonly folder: string;
  readonly access: DemoAccess;
  readonly app: App;
  /** Every line of the log so far. */
  readonly logged: readonly Record<string, unknown>[];
  readonly #sessions = new Map<string, Promise<string>>();

  private constructor(folder: string, app: App, access: DemoAccess, logged: Record<string, unknown>[]) {
    this.folder = folder;
    this.app = app;
    this.access = access;
    this.logged = logged;
  }

  /** Starts on a fresh folder; or again on the folder of one that was stopped. */
  static async start(
    before?: WholeApp,
    { limits, demo = true, ready = true, policyPack, settings: differing }: WholeOptions = {},
  ): Promise<WholeApp> {
    const folder = before?.folder ?? mkdtempSync(join(tmpdir(), "waywarden-whole-"));
    const settings = loadSettings(
      {},
      {
        overrides: {
          data: folder,
          port: 0,
          logLevel: "info",
          ...differing,
          ...(policyPack === undefined ? {} : { policyPack }),
        },
      },
    );
    if (before === undefined && settings.postgresUrl === undefined)
      await putGovernedStore(join(folder, "postgres"));
    const logged: Record<string, unknown>[] = [];
    await endThoseLeftOver();
    const starting = startApp(settings, {
      createKeys: true,
      demo,
      checkReplies: true,
      limits: { requestsPerMinute: 1_000_000, ...limits },
      logTo: { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) },
    });
    running.set(starting, testFile());
    const app = await starting;
    const access = before?.access ?? (await seedDemo(app, ESTATE));
    const whole = new WholeApp(folder, app, access, logged);
    if (before === undefined) await whole.#estateIsKnown();
    if (ready) app.ready();
    return whole;
  }

  /** The HTTP edge, asked without a network: `inject` takes any address, header and body. */
  get server(): FastifyInstance {
    return this.app.server;
  }

  get stores(): App["stores"] {
    return this.app.stores;
  }

  get token(): string {
    return this.access.feedTokens[0] as string;
  }

  /** A JSON body to `POST /v1/reads`, as the national feed; answers the results. */
  async send(reads: unknown): Promise<readonly Result[]> {
    const reply = await this.post("application/json", JSON.stringify(reads));
    if (reply.status !== 200)
      throw new Error(`POST /v1/reads: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body.results;
  }

  async post(type: string, body: string | FormData): Promise<Reply<{ readonly results: readonly Result[] }>> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(type === "" ? {} : { "content-type": type }),
    };
    const reply = await fetch(`${this.app.url}/v1/reads`, { method: "POST", headers, body });
    return { status: reply.status, body: (await reply.json()) as { results: readonly Result[] } };
  }

  /** Any other address, as itself. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.app.url}${path}`, init);
  }

  /** The API as one of the demo's people. */
  async call<Body>(username: string, path: string, body?: unknown, method?: string): Promise<Reply<Body>> {
    const reply = await this.fetch(path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        authorization: `Bearer ${await this.session(username)}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = /json/.test(reply.headers.get("content-type") ?? "");
    return { status: reply.status, body: (json ? await reply.json() : await reply.arrayBuffer()) as Body };
  }

  session(username: string): Promise<string> {
    const known = this.#sessions.get(username) ?? this.#signIn(username);
    this.#sessions.set(username, known);
    return known;
  }

  /** The header of somebody who is signed in. */
  async as(username: string): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.session(username)}` };
  }

  /** A code of the second factor that everybody here shares. */
  totp(): string {
    return new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(this.access.totpSecret) }).generate();
  }

  /** One more person, vetted and trained, beside the demo's. */
  async join(username: string, role: Role, organisation: string): Promise<void> {
    const [own] = await this.stores.organisations.ensure([organisation]);
    await this.stores.people.add({
      username,
      fullName: username,
      roles: [role],
      vetting: "NPPV3",
      trainedOn: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
      organisation: own?.id ?? 0,
      passwordHash: await hashPassword(this.access.password),
      totpSecret: seal(this.app.masterKey, totpSecretOf(this.access.totpSecret), "totp"),
    });
  }

  /** Confirms every entry of a list that waits for a second person. */
  async confirmEntries(list: string): Promise<void> {
    const { body } = await this.call<{ items: readonly { id: string }[] }>(
      "listchecker",
      `/v1/lists/${list}/entries?state=awaiting&limit=500`,
    );
    const entries = body.items.map(({ id }) => id);
    const reply = await this.call<{ results: readonly { verdict: string }[] }>(
      "listchecker",
      `/v1/lists/${list}/confirm`,
      { entries },
    );
    expect(reply.body.results.map(({ verdict }) => verdict)).toEqual(entries.map(() => "confirmed"));
  }

  /** The register's id of a camera of the tests' estate. */
  async nrd(camera: number): Promise<number> {
    const all = await this.stores.nrds.list({ limit: 100 });
    const found = all.find((nrd) => nrd.camera === camera);
    if (found === undefined) throw new Error(`There is no camera ${camera}.`);
    return found.id;
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #signIn(username: string): Promise<string> {
    const { password } = this.access;
    const totp = this.totp();
    const reply = await this.fetch("/v1/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password, totp }),
    });
    if (reply.status !== 201) throw new Error(`${username} could not sign in: ${await reply.text()}`);
    return ((await reply.json()) as { token: string }).token;
  }

  /** The seed tells the running service by notification; reads are sent once it has heard. */
  async #estateIsKnown(): Promise<void> {
    await until(async () => {
      const reply = await this.post("application/json", JSON.stringify({ ...aRead(6), vrm: "" }));
      if (reply.status !== 200 || reply.body.results[0]?.verdict !== "stored")
        throw new Error("The service does not know its estate.");
    });
  }
}

/** Services of this process and the files that started them. */
const running = new Map<Promise<App>, string | undefined>();
const testFile = (): string | undefined => expect.getState().testPath;

/** A process holds one embedded archive: what a file that failed did not stop may not take the next file down with it. */
async function endThoseLeftOver(): Promise<void> {
  for (const [starting, file] of running) {
    if (file === testFile()) continue;
    running.delete(starting);
    await starting.then((app) => app.close()).catch(() => undefined);
  }
}

let lastMoment = 0;

/** A capture time of the last half minute, never the same twice. */
export const aMoment = (): number => (lastMoment = Math.max(lastMoment + 1, Date.now() - 30_000));

/** A read of a camera as the native form has it, just captured unless told otherwise. */
export function aRead(
  camera: number,
  differing: Readonly<Record<string, unknown>> & { at?: number } = {},
): Record<string, unknown> {
  const { at = aMoment(), ...rest } = differing;
  return { nrd: { ...DEVICE, camera }, vrm: "AB12CDE", captured: new Date(at).toISOString(), ...rest };
}

/** A small JPEG, the same for the same shade. */
export const aJpeg = (shade: number): Promise<Buffer> =>
  sharp({ create: { width: 48, height: 12, channels: 3, background: { r: shade, g: 120, b: 40 } } })
    .jpeg()
    .toBuffer();
