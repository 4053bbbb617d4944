import type { Organisation } from "../../src/identity/organisations/organisation.ts";
import type { Person } from "../../src/identity/person.ts";
import type { NewNrd } from "../../src/estate/registered-nrd.ts";
import type { NewHit } from "../../src/hit/hit.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { PostgresOrganisationStore } from "../../src/storage/postgres/identity/organisation-store.ts";
import { PostgresPersonStore } from "../../src/storage/postgres/identity/person-store.ts";

export const NOON = Date.parse("2026-11-22T12:00:00Z");

let people = 0;

/** An organisation and a person of it, made for one test. */
export async function aPerson(database: Database): Promise<{ organisation: Organisation; person: Person }> {
  people++;
  const [organisation] = await new PostgresOrganisationStore(database).ensure([`Force ${people}`]);
  const person = await new PostgresPersonStore(database).add({
    username: `person${people}`,
    fullName: "A Person",
    organisation: organisation?.id ?? 0,
    roles: ["operator"],
    passwordHash: "none",
    totpSecret: Buffer.alloc(1),
  });
  return { organisation: organisation as Organisation, person };
}

export const anNrd = (organisation: number, overrides: Partial<NewNrd> = {}): NewNrd => ({
  feed: 43,
  source: 115,
  camera: 1,
  name: "A30 at Bodmin, eastbound lane 1",
  type: "static",
  organisation,
  road: "A30",
  direction: "E",
  lane: 1,
  position: { lat: 50.46, lon: -4.71 },
  deviceKey: null,
  dailyReads: 5000,
  ...overrides,
});

export const aHit = (overrides: Partial<NewHit> = {}): NewHit => ({
  readId: `1-${NOON}`,
  nrd: 1,
  captured: NOON,
  received: NOON + 300,
  vrm: "AB12CDE",
  sent: "AB12 CDE",
  entry: 1,
  onlyFor: null,
  images: ["patch", "overview"],
  confidence: 94,
  lane: 1,
  direction: "towards",
  seen: { make: "FORD", model: null, colour: "BLUE", country: null },
  ...overrides,
});
