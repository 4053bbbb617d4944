import type { Position } from "./position.ts";

/** The identity triple of a number plate reading device: feed (force), source (device) and camera (BOF2; PROTOCOLS 1.2). */
export interface NrdIdentity {
  readonly feed: number;
  readonly source: number;
  readonly camera: number;
}

/** How a message names its NRD: by the triple, by the register's id, or by a device key such as a MAC address and channel. */
export type NrdReference =
  | ({ readonly kind: "identity" } & NrdIdentity)
  | { readonly kind: "id"; readonly id: number }
  | { readonly kind: "device"; readonly key: string };

/** The six types of NASPLE part 2 (READ-1). */
export const NRD_TYPES = ["static", "moveable", "multi-lane", "cctv-integrated", "mobile", "covert"] as const;
export type NrdType = (typeof NRD_TYPES)[number];

/** Only `live` collects (NAI-6). */
export const NRD_STATES = ["proposed", "live", "suspended", "faulty", "decommissioned"] as const;
export type NrdState = (typeof NRD_STATES)[number];

/** One number plate reading device as the register holds it. */
export interface Nrd extends NrdIdentity {
  readonly id: number;
  readonly name: string;
  readonly type: NrdType;
  readonly organisation: number;
  readonly road: string;
  readonly direction: string;
  readonly lane: number | null;
  readonly position: Position;
  readonly deviceKey: string | null;
  readonly state: NrdState;
  readonly stateSince: Date;
  /** The certificate that binds its reads to one purpose, where there is one (CERT-1). */
  readonly certificate?: string;
}

/** True where reads carry their own position, because the device moves. */
export const moves = (nrd: Pick<Nrd, "type">): boolean => nrd.type === "mobile" || nrd.type === "moveable";
