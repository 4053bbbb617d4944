import { z } from "zod";
import { act } from "../act.ts";
import { text } from "./words.ts";

const quarantined = z.string();
/** A decision about a read kept apart; `code` says why it was. */
const decision = { quarantined, code: z.string().optional(), reason: z.string() };

/** What is looked at and decided about reads kept apart (READ-4). */
export const quarantineActs = {
  list: act("quarantine.list", {
    head: "consultation",
    subject: z.object({
      code: z.string().optional(),
      before: z.number().nullable(),
      limit: z.number(),
      /** Those it showed. */
      vrms: z.array(z.string()).readonly().optional(),
    }),
    open: [],
    vehicle: ["vrms"],
    say: () => "looked at the quarantine",
  }),
  open: act("quarantine.open", {
    head: "consultation",
    subject: z.object({
      quarantined,
      kind: z.enum(["patch", "overview"]).optional(),
      vrm: z.string().optional(),
    }),
    open: ["kind"],
    vehicle: ["vrm"],
    say: (s) =>
      s.kind === undefined
        ? `opened the quarantined read ${text(s.quarantined)}`
        : `opened an image of the quarantined read ${text(s.quarantined)}`,
  }),
  release: act("quarantine.release", {
    head: "collection",
    subject: z.object({
      ...decision,
      /** The read that it became. */
      read: z.string().optional(),
    }),
    open: [],
    vehicle: ["read"],
    say: (s) => `released the quarantined read ${text(s.quarantined)}`,
  }),
  discard: act("quarantine.discard", {
    head: "erasure",
    subject: z.object(decision),
    open: [],
    say: (s) => `discarded the quarantined read ${text(s.quarantined)}`,
  }),
};
