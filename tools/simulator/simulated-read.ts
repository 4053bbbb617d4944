import type { EstateRow } from "./estate/estate-row.ts";
import type { Vehicle } from "./fleet.ts";
import type { ReadFault, TruthLine } from "./truth.ts";

/** One message an NRD makes, with the truth behind it. Times are epoch milliseconds UTC. */
export interface SimulatedRead {
  readonly nrd: EstateRow;
  readonly vehicle: Vehicle;
  /** The number of the journey it belongs to; clones' journeys differ though their mark is one. */
  readonly journey: number;
  /** When the vehicle was truly there. */
  readonly passed: number;
  /** What the message says: `passed` by the NRD's clock. */
  readonly captured: number;
  /** When the message is handed over. */
  readonly deliver: number;
  /** The VRM in the message. */
  readonly sent: string;
  readonly confidence: number;
  readonly direction: "towards" | "away";
  /** Whether the message tells make, model and colour. */
  readonly tellsLooks: boolean;
  readonly faults: readonly ReadFault[];
}

/** A read as the native interface takes it (INTERFACES, Reads). Images are base64 JPEG. */
export interface NativeRead {
  readonly nrd: { readonly feed: number; readonly source: number; readonly camera: number };
  readonly vrm: string;
  readonly captured: string;
  readonly confidence: number;
  readonly direction: "towards" | "away";
  readonly lane: number;
  readonly country?: string;
  readonly position: { readonly lat: number; readonly lon: number };
  readonly make?: string;
  readonly model?: string;
  readonly colour?: string;
  readonly patch?: string;
  readonly overview?: string;
}

const instant = (time: number): string => new Date(time).toISOString();

/** The message body of a read, without images. */
export function nativeRead(read: SimulatedRead): NativeRead {
  const { nrd, vehicle } = read;
  const isPlate = !read.faults.includes("no-read");
  return {
    nrd: { feed: nrd.feed, source: nrd.source, camera: nrd.camera },
    vrm: read.sent,
    captured: instant(read.captured),
    confidence: read.confidence,
    direction: read.direction,
    lane: nrd.lane,
    ...(isPlate && !read.faults.includes("misread") ? { country: vehicle.mark.country } : {}),
    position: { lat: nrd.latitude, lon: nrd.longitude },
    ...(read.tellsLooks ? { make: vehicle.make, model: vehicle.model, colour: vehicle.colour } : {}),
  };
}

/** The line of the answer file for a read. */
export function truthOf(read: SimulatedRead): TruthLine {
  const { feed, source, camera } = read.nrd;
  return {
    kind: "read",
    nrd: { feed, source, camera },
    captured: instant(read.captured),
    passed: instant(read.passed),
    sent: read.sent,
    truth: read.vehicle.mark.vrm,
    vehicle: read.vehicle.index,
    journey: read.journey,
    faults: read.faults,
  };
}
