import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { estateCsv, type EstateRow } from "../../../tools/simulator/estate/estate-row.ts";
import type { App } from "../../app.ts";
import { importNrds } from "../../estate/import-csv.ts";
import { callerFrom, type Caller } from "../../identity/caller.ts";
import type { Lists } from "../../list/lists.ts";
import { hashPassword } from "../../identity/sign-in/password.ts";
import { seal } from "../../identity/keys/sealed.ts";
import { newTotpSecret, totpSecretText } from "../../identity/sign-in/totp.ts";
import { registerSource } from "../../source/secrets.ts";
import { kindOfRole } from "../../policy/roles.ts";
import { AUTHORITIES, FIRST_ORGANISATION, LISTS, PEOPLE, REGULATOR, SECOND_ORGANISATION } from "./facts.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** How long the demo's authorities serve. */
const AUTHORITY_DAYS = 28;

/** What a person, or a check, needs to sign in and to send reads at once (INTERFACES 4). */
export interface DemoAccess {
  readonly password: string;
  readonly totpSecret: string;
  readonly people: readonly {
    readonly username: string;
    readonly role: string;
    readonly organisation: string;
  }[];
  readonly feedTokens: readonly string[];
  /** Secret paths for devices that cannot send headers. */
  readonly feedPaths: Readonly<Record<string, string>>;
  readonly authorities: readonly string[];
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Fills an empty service with the demo's organisations, people, estate, feeds, lists and authorities. */
export async function seedDemo(
  { stores, lists, masterKey }: App,
  estate: readonly EstateRow[],
): Promise<DemoAccess> {
  const organisations = await stores.organisations.ensure([
    FIRST_ORGANISATION,
    SECOND_ORGANISATION,
    REGULATOR,
  ]);
  const [first, second] = organisations;
  if (first === undefined || second === undefined)
    throw new Error("The demo's organisations could not be created.");
  for (const { id, code, name } of organisations) {
    await stores.organisations.change(id, {
      kind: name === REGULATOR ? "regulator" : "force",
      contact: `anpr@${code}.example`,
      policy: {
        reference: `ANPR-${code}-3`,
        date: isoDay(Date.now() - 90 * DAY_MS),
        until: isoDay(Date.now() + 275 * DAY_MS),
        owner: "Head of intelligence",
      },
    });
  }
  const idOf = (named: string): number => organisations.find(({ name }) => name === named)?.id ?? first.id;

  const password = `demo-${randomBytes(6).toString("base64url")}`;
  const secret = newTotpSecret();
  const passwordHash = await hashPassword(password);
  const people = new Map<string, number>();
  for (const { username, fullName, role, organisation, rank, covert } of PEOPLE) {
    const totpSecret = seal(masterKey, secret, "totp");
    const person = await stores.people.add({
      username,
      fullName,
      roles: [role],
      rank: rank ?? null,
      covert: covert ?? false,
      vetting: kindOfRole(role) === "user" ? "NPPV3" : "SC",
      trainedOn: isoDay(Date.now() - 30 * DAY_MS),
      organisation: idOf(organisation),
      passwordHash,
      totpSecret,
    });
    people.set(username, person.id);
  }
  const personId = (username: string): number => people.get(username) as number;

  const imported = importNrds(
    { csv: Readable.from([estateCsv(estate)]) },
    { register: stores.nrds, organisations: stores.organisations },
    {
      state: "live",
      createOrganisations: true,
      by: personId("estate"),
      mayChange: () => true,
      underLog: (_writes, write) => write(),
    },
  );
  for await (const verdict of imported) {
    if (verdict.verdict === "refused")
      throw new Error(`The estate's row ${verdict.row} was refused: ${verdict.message}`);
  }

  await fillLists(lists, await callerNamed(stores, "listmanager"), await callerNamed(stores, "listchecker"));

  const now = Date.now();
  for (const { state, decidedBy, vrms, askedBy, organisation, ...authority } of AUTHORITIES) {
    const until = now + AUTHORITY_DAYS * DAY_MS;
    const decider = {
      by: personId(decidedBy),
      rank: PEOPLE.find((one) => one.username === decidedBy)?.rank ?? null,
    };
    const { id } = await stores.authorityLife.request({
      ...authority,
      organisation: idOf(organisation),
      holders: [],
      scope: { vrms, nrds: null, area: null, from: null, to: null },
      from: now - DAY_MS,
      until,
      askedBy: personId(askedBy),
      askedAt: now - DAY_MS,
      oral: state === "oral" ? { ...decider, at: now - 2 * HOUR_MS } : null,
    });
    if (state !== "approved") continue;
    await stores.authorityLife.approve(
      id,
      { rank: decider.rank, exceptional: null, until },
      {
        by: decider.by,
        at: now - DAY_MS,
        note: "Necessary, proportionate and limited to the investigation",
      },
    );
  }

  const shared = {
    organisation: first.id,
    aggregator: true,
    positionUnit: "degrees",
    timeZone: "Europe/London",
    compoundReply: "array",
    nrd: null,
    agreement: {
      party: "The forces of the simulated estate",
      reference: "SIM-2026-01",
      purpose: "Showing the service with simulated traffic",
      legalBasis: "None is needed: every vehicle is invented",
      from: isoDay(now - 30 * DAY_MS),
      until: isoDay(now + 335 * DAY_MS),
      document: "docs/operating.md",
    },
  } as const;
  const traffic = await registerSource(stores.sources, {
    ...shared,
    name: "National simulated traffic",
    protocol: null,
    allowedNetworks: [],
    byAddress: false,
    hasPathKey: false,
  });
  await registerSource(stores.sources, {
    ...shared,
    name: "BOF2 senders on this machine",
    protocol: "bof2",
    allowedNetworks: ["127.0.0.0/8", "::1/128"],
    byAddress: true,
    hasPathKey: false,
  });
  const hikvision = await registerSource(stores.sources, {
    ...shared,
    name: "Hikvision cameras",
    protocol: "hikvision",
    allowedNetworks: [],
    byAddress: false,
    hasPathKey: true,
  });
  return {
    password,
    totpSecret: totpSecretText(secret),
    people: PEOPLE.map(({ username, role, organisation }) => ({ username, role, organisation })),
    feedTokens: [traffic.token],
    feedPaths: { hikvision: `/feeds/hikvision/${hikvision.pathKey}` },
    authorities: AUTHORITIES.filter(({ state, vrms }) => state === "approved" && vrms === null).map(
      ({ reference }) => reference,
    ),
  };
}

/** What one person writes and another confirms, under the same rules as over the API. */
async function fillLists(lists: Lists, manager: Caller, checker: Caller): Promise<void> {
  for (const { entries, ...about } of LISTS) {
    const { id } = await lists.create(about, manager);
    const waiting: string[] = [];
    for (const verdict of await lists.add(String(id), entries, manager)) {
      if (verdict.verdict === "refused")
        throw new Error(`An entry of the list “${about.name}” was refused: ${JSON.stringify(verdict)}`);
      if (verdict.awaiting === true && verdict.id !== undefined) waiting.push(verdict.id);
    }
    if (waiting.length > 0) await lists.confirm(String(id), waiting, checker);
  }
}

/** A person of the demo who acts before anybody has signed in. */
async function callerNamed({ people }: App["stores"], username: string): Promise<Caller> {
  const person = await people.byUsername(username);
  if (person === undefined) throw new Error(`The demo has no ${username}.`);
  const session = { name: "demo", expires: 0, csrfToken: "", steppedUp: 0 };
  return callerFrom(person, session, "demo");
}
