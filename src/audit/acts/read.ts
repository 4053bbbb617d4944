import { z } from "zod";
import { act } from "../act.ts";
import { text } from "./words.ts";

/** What a read was opened under. */
const under = z
  .object({
    enquiry: z.string().optional(),
    authority: z.string().nullable().optional(),
    hit: z.string().optional(),
  })
  .optional();

/** What is looked at of single reads, under an enquiry that covers them or a hit (INV-3, VOI-8). */
export const readActs = {
  open: act("read.open", {
    head: "consultation",
    subject: z.object({ read: z.string(), under, vrm: z.string().nullable().optional() }),
    open: [],
    vehicle: ["read", "vrm"],
    say: (s) => `opened the read ${text(s.read)}`,
  }),
  image: act("read.image", {
    head: "consultation",
    subject: z.object({
      read: z.string().optional(),
      image: z.enum(["patch", "overview"]).optional(),
      hit: z.union([z.string(), z.number()]).optional(),
      kind: z.enum(["patch", "overview"]).optional(),
      vrm: z.string().nullable().optional(),
      nrd: z.number().optional(),
      /** Why, of a hit that is no longer in hand. */
      purpose: z.string().optional(),
      reason: z.string().optional(),
      under,
    }),
    open: ["kind", "purpose"],
    vehicle: ["read", "vrm", "nrd"],
    say: (s) =>
      s.read === undefined
        ? `opened an image of the hit ${text(s.hit)}`
        : `opened an image of the read ${s.read}`,
  }),
};
