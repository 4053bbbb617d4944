import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

/** Members of an NRD as the register has them. */
const members = z.looseObject({});

/** What is done about the register of NRDs (NAI-6, NAI-8). */
export const nrdActs = {
  add: act("nrd.add", {
    head: "collection",
    subject: z.object({
      /** The register's number, once it has one. */
      nrd: z.number().optional(),
      feed: z.number(),
      source: z.number(),
      camera: z.number(),
      name: z.string(),
      type: z.string(),
      road: z.string(),
      direction: z.string(),
      lane: z.number().nullable(),
      position: z.object({ lat: z.number(), lon: z.number() }),
      deviceKey: z.string().nullable(),
      dailyReads: z.number().nullable(),
    }),
    open: [],
    say: (s) => `proposed the camera ${text(s.name ?? s.nrd)}`,
  }),
  import: act("nrd.import", {
    head: "collection",
    subject: z.object({
      /** Of the whole file: whether it may name every organisation, and at its end how many rows it had. */
      national: z.boolean().optional(),
      rows: z.number().optional(),
      /** What is new, all in one entry. */
      added: z.array(members).readonly().optional(),
      /** One that changes, in an entry of its own, with what was there before. */
      nrd: z.number().optional(),
      feed: z.number().optional(),
      source: z.number().optional(),
      camera: z.number().optional(),
      before: members.optional(),
      after: members.optional(),
    }),
    open: [],
    say: (s) => (s.nrd === undefined ? "imported cameras" : `changed the camera ${text(s.nrd)} by an import`),
  }),
  find: act("nrd.find", {
    head: "consultation",
    subject: z.object({ nrd: z.number() }),
    open: [],
    outcome: "refused",
    say: (s) => `looked for the camera ${text(s.nrd)}`,
  }),
  changeState: act("nrd.state", {
    head: "collection",
    subject: z.object({ nrd: z.number(), to: z.string(), reason: z.string() }),
    open: ["to"],
    say: (s) => `changed the state of camera ${text(s.nrd)}${after("to", s.to)}`,
  }),
};
