import { formatReadId, type Read } from "../../src/archive/read.ts";
import type { Grant } from "../../src/policy/grant.ts";
import { issueGrant, type GrantTerms } from "../../src/policy/grant.ts";

/** A Friday noon that all tests start from. */
export const NOON = Date.UTC(2026, 10, 20, 12);

/** A read with the given differences from an ordinary one. */
export function aRead(differences: Partial<Omit<Read, "id">> = {}): Read {
  const read = {
    nrd: 5,
    captured: NOON,
    n: 0,
    vrm: "AB12CDE",
    sent: "AB12 CDE",
    received: NOON + 900,
    confidence: 94,
    direction: "towards",
    lane: 2,
    country: "GB",
    make: "FORD",
    model: "FOCUS",
    colour: "BLUE",
    position: null,
    timeQuality: "utc",
    lateness: "prompt",
    ...differences,
  } as const;
  return { id: formatReadId(read.nrd, read.captured, read.n), ...read };
}

/** A grant that lets everything be seen, with the given differences. */
export const aGrant = (differences: Partial<GrantTerms> = {}): Grant =>
  issueGrant({
    actor: 1,
    organisation: 1,
    authority: "AUTH-1",
    reason: "a test of the archive",
    purpose: "law-enforcement",
    level: "serious",
    accessFloor: 0,
    scope: { vrms: null, places: null, from: 0, to: Number.MAX_SAFE_INTEGER },
    withheldNrds: [],
    overviews: true,
    expires: Number.MAX_SAFE_INTEGER,
    rules: [],
    policyPack: "test",
    decidedBy: [],
    policyPackDigest: "0".repeat(64),
    pageLimit: 100,
    viewLimit: 1_000_000,
    ...differences,
  });
