import type { ImageKind } from "../archive/image-vault.ts";
import type { Read } from "../archive/read.ts";
import type { Grant } from "../policy/grant.ts";
import type { Nrd } from "../read/nrd.ts";
import type { Position } from "../read/position.ts";
import { classifyVrm } from "../read/vrm-class.ts";

/** One read in a list of results, with the site that made it; nothing about a person (INV-9). Times are epoch milliseconds UTC. */
export interface FoundRead extends Omit<Read, "nrd" | "position"> {
  readonly nrd: Pick<Nrd, "id" | "name" | "road" | "direction">;
  /** Where it was made; of a device that does not move, its place in the register. */
  readonly position: Position;
}

/** Everything known about one read. */
export interface ReadInFull extends FoundRead {
  /** Which images can be fetched. */
  readonly images: readonly ImageKind[];
  /** Why the VRM looks the way it does, for example "current style, issued from March 2019". */
  readonly vrmStyle: string;
  /** Always shown: a read is an indication about a plate, not about a person. */
  readonly caution: string;
  /** The permission that it is shown under. */
  readonly grant: Grant;
  /** Index of the entry in the audit log that it was opened under. */
  readonly receipt: number;
}

/** NRDs by id, for their names and places. */
interface NrdNames {
  byId(id: number): Nrd | undefined;
}

/** Shown with every read (INV-9). */
const CAUTION =
  "This tells you about a number plate: a camera read these characters at this place and time. It does not tell you who was in the vehicle, or that the plate belongs to it. Check the images before you act.";

/** A read with its site, as the register knows it. */
export function foundRead(read: Read, nrds: NrdNames): FoundRead {
  const nrd = nrds.byId(read.nrd);
  return {
    ...read,
    nrd: {
      id: read.nrd,
      name: nrd?.name ?? `NRD ${read.nrd}`,
      road: nrd?.road ?? "",
      direction: nrd?.direction ?? "",
    },
    position: read.position ?? nrd?.position ?? { lat: 0, lon: 0 },
  };
}

/** Everything known about a read, with the caution and the permission it is shown under. */
export const readInFull = (
  read: Read,
  parts: Pick<ReadInFull, "images" | "grant" | "receipt">,
  nrds: NrdNames,
): ReadInFull => ({ ...foundRead(read, nrds), ...parts, vrmStyle: styleOf(read), caution: CAUTION });

function styleOf(read: Read): string {
  if (read.vrm === null) return "No VRM could be read.";
  const { classes, why } = classifyVrm(read.vrm, {
    ...(read.country === null ? {} : { country: read.country }),
    on: new Date(read.captured),
  });
  return why ?? classes.join(", ").replaceAll("-", " ");
}
