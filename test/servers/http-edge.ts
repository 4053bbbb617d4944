import { mkdtempSync, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { AuthorityDesk } from "../../src/api/desks/authority-desk.ts";
import { HitDesk } from "../../src/api/desks/hit-desk.ts";
import { ListDesk } from "../../src/api/desks/list-desk.ts";
import { NrdDesk } from "../../src/api/desks/nrd-desk.ts";
import type { Rooms } from "../../src/api/ports.ts";
import { buildServer } from "../../src/api/server.ts";
import { DEFAULT_SERVER_LIMITS, type ServerOptions } from "../../src/api/server-options.ts";
import { openIdentity } from "../../src/app/identity.ts";
import { Problem } from "../../src/errors.ts";
import { HitOutbox } from "../../src/hit/outbox.ts";
import { hashPassword } from "../../src/identity/password.ts";
import { seal } from "../../src/identity/sealed.ts";
import { newTotpSecret, totpCode } from "../../src/identity/totp.ts";
import { createEvents } from "../../src/observe/events.ts";
import { Health } from "../../src/observe/health.ts";
import { createLogger } from "../../src/observe/log.ts";
import { createMetrics } from "../../src/observe/metrics.ts";
import { ROLES, type Role } from "../../src/policy/roles.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openPglite } from "../../src/storage/postgres/pglite.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/postgres-audit-log.ts";
import { PostgresAuthorityLife } from "../../src/storage/postgres/postgres-authority-life.ts";
import { PostgresHitBook } from "../../src/storage/postgres/postgres-hit-book.ts";
import { PostgresListBook } from "../../src/storage/postgres/postgres-list-book.ts";
import { PostgresNrdRegister } from "../../src/storage/postgres/postgres-nrd-register.ts";
import { PostgresOrganisationBook } from "../../src/storage/postgres/postgres-organisation-book.ts";
import { PostgresPersonBook } from "../../src/storage/postgres/postgres-person-book.ts";
import { shippedPolicy, shippedPolicyPort } from "./shipped-policy.ts";

export const PASSWORD = "a long enough test password";
const JPEG = Buffer.from("ffd8ffe000104a464946", "hex");
const NOTHING = { items: [], next: null };

/** Rooms of the archive that the edge tests do not need: they know nothing, and say so. */
const noArchive: Pick<Rooms, "enquiries" | "quarantine" | "retention" | "doctor"> = {
  enquiries: {
    ask: () =>
      Promise.reject(
        new Problem("NOT_AUTHORISED", "No.", { extra: { rules: ["authority-exists"], needed: [] } }),
      ),
    page: () => Promise.reject(new Problem("NOT_FOUND", "No such enquiry.")),
    mine: async () => [],
    openRead: () => Promise.reject(new Problem("NOT_FOUND", "No such read.")),
    openImage: () => Promise.reject(new Problem("NOT_FOUND", "No such image.")),
    authorities: async () => [],
  },
  quarantine: {
    list: async () => NOTHING,
    find: () => Promise.reject(new Problem("NOT_FOUND", "Nothing is set apart under this id.")),
    image: () => Promise.reject(new Problem("NOT_FOUND", "No such image.")),
    release: () => Promise.reject(new Problem("NOT_FOUND", "Nothing is set apart under this id.")),
    discard: () => Promise.reject(new Problem("NOT_FOUND", "Nothing is set apart under this id.")),
  },
  retention: {
    status: async () => ({ late: false, lastSuccess: null, accessFloor: "2025-11-23T00:00:00.000Z" }),
    receipts: async () => NOTHING,
    run: () => Promise.reject(new Problem("CONFLICT", "This day is still kept.")),
  },
  doctor: { examine: async () => [{ name: "clock", state: "well", finding: "in step", advice: "" }] },
};

/** A server on a fresh PGlite, with one person of each role in North and a few in South, and what tests look at. */
export async function startEdge(changes: Partial<ServerOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-edge-"));
  const database = await openPglite(folder);
  await migrate(database);
  const now = Date.now;
  const organisations = new PostgresOrganisationBook(database);
  const people = new PostgresPersonBook(database);
  const audit = new PostgresAuditLog(database, now);
  const register = new PostgresNrdRegister(database, now);
  const lists = new PostgresListBook(database, now);
  const hits = new PostgresHitBook(database, now);
  const outbox = new HitOutbox(hits);
  await outbox.start();
  const masterKey = randomBytes(32);
  const clock = { ahead: 0 };
  const identity = openIdentity({
    database,
    audit,
    masterKey,
    pack: shippedPolicy.pack,
    now: () => now() + clock.ahead,
  });
  const metrics = createMetrics();
  const logged: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: "info",
    destination: { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const events = createEvents(metrics, logger);
  const health = new Health([
    { name: "governed", check: async () => void (await database.query("select 1", [])) },
  ]);
  health.up();

  const passwordHash = await hashPassword(PASSWORD);
  const secrets = new Map<string, Buffer>();
  const [north, south] = await organisations.ensure(["North", "South"]);
  const add = async (username: string, role: Role, organisation: number): Promise<void> => {
    const secret = newTotpSecret();
    secrets.set(username, secret);
    const totpSecret = seal(masterKey, secret, "totp");
    await people.add({
      username,
      fullName: username,
      organisation,
      roles: [role],
      vetting: "SC",
      trainedOn: "2026-11-01",
      passwordHash,
      totpSecret,
    });
  };
  for (const role of ROLES) await add(role, role, north?.id ?? 0);
  for (const role of ["listmanager", "operator", "estate"] as const)
    await add(`${role}2`, role, south?.id ?? 0);

  const rooms: Rooms = {
    version: "0.0.0",
    policy: shippedPolicyPort,
    ...identity,
    audit,
    hits: new HitDesk({
      book: hits,
      outbox,
      images: { open: async () => JPEG },
      policy: shippedPolicy,
      now,
      audit,
      events,
    }),
    authorities: new AuthorityDesk({
      book: new PostgresAuthorityLife(database),
      policy: shippedPolicy,
      audit,
      people,
      nrds: { byId: () => undefined },
      now,
    }),
    lists: new ListDesk(lists, audit),
    nrds: new NrdDesk({ register, organisations, audit, nationalImport: false }),
    health,
    ...noArchive,
  };
  const app: FastifyInstance = await buildServer({
    logger,
    metrics,
    events,
    rooms,
    limits: DEFAULT_SERVER_LIMITS,
    https: false,
    trustProxy: [],
    allowedNetworks: [],
    metricsNetworks: ["127.0.0.0/8"],
    checkReplies: true,
    ...changes,
  });
  await app.ready();

  const tokens = new Map<string, string>();
  const tokenOf = async (username: string): Promise<string> => {
    const known = tokens.get(username);
    if (known !== undefined) return known;
    const totp = totpCode(secrets.get(username) ?? Buffer.alloc(20), now());
    const result = await identity.signIn.signIn(
      { username, password: PASSWORD, totp },
      { address: "127.0.0.1", device: "a test", requestId: null },
    );
    if (result.outcome !== "signed-in") throw new Error(`${username} could not sign in: ${result.why}`);
    tokens.set(username, result.token);
    return result.token;
  };
  return {
    app,
    database,
    identity,
    /** Milliseconds by which people's clocks are ahead, for what happens later. */
    clock,
    people,
    rooms,
    register,
    lists,
    hits,
    outbox,
    audit,
    metrics,
    logged,
    health,
    tokenOf,
    totpOf: (username: string): string => totpCode(secrets.get(username) ?? Buffer.alloc(20), now()),
    organisations: { north: north?.id ?? 0, south: south?.id ?? 0 },
    as: async (username: string) => ({ authorization: `Bearer ${await tokenOf(username)}` }),
    async [Symbol.asyncDispose](): Promise<void> {
      await app.close();
      await outbox.stop();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Edge = Awaited<ReturnType<typeof startEdge>>;
