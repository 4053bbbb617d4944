import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

/** A hit, with what the log is searched by (AUD-6). */
const hit = {
  hit: z.union([z.string(), z.number()]),
  vrm: z.string().optional(),
  nrd: z.number().optional(),
};

const VEHICLE = ["vrm", "nrd"] as const;
/** Why hits were looked at that are no longer in hand (INV-7). */
const grounds = { purpose: z.string().optional(), reason: z.string().optional() };

/** What is looked at and done about hits (VOI-8, VOI-9). */
export const hitActs = {
  list: act("hit.list", {
    head: "consultation",
    subject: z.object({
      state: z.string().optional(),
      priority: z.string().optional(),
      list: z.string().optional(),
      since: z.number().optional(),
      before: z.number().nullable().optional(),
      limit: z.number().optional(),
      mostUrgent: z.number().optional(),
      ...grounds,
      /** Those it showed. */
      vrms: z.array(z.string()).readonly().optional(),
    }),
    open: ["state", "purpose"],
    vehicle: ["vrms"],
    say: (s) => (s.purpose === undefined ? "looked at the list of hits" : "looked through old hits"),
  }),
  open: act("hit.open", {
    head: "consultation",
    subject: z.object({ ...hit, ...grounds }),
    open: ["purpose"],
    vehicle: VEHICLE,
    say: (s) => `opened the hit ${text(s.hit)}`,
  }),
  stream: act("hit.stream", {
    head: "consultation",
    subject: z.object({
      /** Sequence numbers: after which it follows, and the last one that was shown. */
      after: z.string().nullable(),
      last: z.string().nullable().optional(),
      /** Those it showed. */
      vrms: z.array(z.string()).readonly().optional(),
    }),
    open: [],
    vehicle: ["vrms"],
    outcome: "allowed",
    say: () => "followed hits as they happen",
  }),
  acknowledge: act("hit.acknowledge", {
    head: "disclosure",
    subject: z.object(hit),
    open: [],
    vehicle: VEHICLE,
    say: (s) => `acknowledged the hit ${text(s.hit)}`,
  }),
  verify: act("hit.verify", {
    head: "disclosure",
    subject: z.object({ ...hit, result: z.string() }),
    open: [],
    vehicle: VEHICLE,
    say: (s) => `verified the hit ${text(s.hit)}${after("as", s.result)}`,
  }),
  dispose: act("hit.disposition", {
    head: "disclosure",
    subject: z.object({ ...hit, outcome: z.string(), note: z.string() }),
    open: [],
    vehicle: VEHICLE,
    say: (s) => `closed the hit ${text(s.hit)}${after("as", s.outcome)}`,
  }),
};
