import type { Read } from "../archive/read.ts";
import type { Grant } from "../policy/grant.ts";
import type { Nrd } from "../read/nrd.ts";
import { classifyVrm } from "../read/vrm-class.ts";
import type { FoundRead, GrantShown, ReadInFull } from "./question.ts";

/** NRDs by id, for their names and places. */
export interface NrdNames {
  byId(id: number): Nrd | undefined;
}

/** Shown with every read (INV-9). */
export const CAUTION =
  "This is an indication about a number plate: a camera read these characters at this place and time. It does not say who was in the vehicle, nor that the plate belongs to it. Check the images before acting.";

/** A grant as the screen and the reply show it. */
export const showGrant = (grant: Grant): GrantShown => ({
  authority: grant.authority,
  purpose: grant.purpose,
  level: grant.level,
  rules: grant.rules,
  policyPack: grant.policyPack,
  policyPackDigest: grant.policyPackDigest,
  expires: new Date(grant.expires).toISOString(),
  viewLimit: grant.viewLimit,
});

/** A read as a line of results. */
export function summariseRead(read: Read, nrds: NrdNames): FoundRead {
  const nrd = nrds.byId(read.nrd);
  const position = read.position ?? nrd?.position ?? { lat: 0, lon: 0 };
  return {
    id: read.id,
    vrm: read.vrm,
    sent: read.sent,
    captured: new Date(read.captured).toISOString(),
    received: new Date(read.received).toISOString(),
    nrd: {
      id: read.nrd,
      name: nrd?.name ?? `NRD ${read.nrd}`,
      road: nrd?.road ?? "",
      direction: nrd?.direction ?? "",
    },
    position,
    confidence: read.confidence,
    direction: read.direction,
    lane: read.lane,
  };
}

/** Everything known about a read, with the caution and the permission it is shown under. */
export function describeRead(
  read: Read,
  images: readonly ("patch" | "overview")[],
  grant: Grant,
  nrds: NrdNames,
): Omit<ReadInFull, "receipt"> {
  return {
    ...summariseRead(read, nrds),
    timeQuality: read.timeQuality,
    lateness: read.lateness,
    country: read.country,
    make: read.make,
    model: read.model,
    colour: read.colour,
    images,
    vrmStyle: styleOf(read),
    caution: CAUTION,
    seenUnder: { authority: grant.authority, rules: grant.rules, policyPack: grant.policyPack },
  };
}

function styleOf(read: Read): string {
  if (read.vrm === null) return "No VRM could be read.";
  const { classes, why } = classifyVrm(read.vrm, {
    ...(read.country === null ? {} : { country: read.country }),
    on: new Date(read.captured),
  });
  return why ?? classes.join(", ").replaceAll("-", " ");
}
