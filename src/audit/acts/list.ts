import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

const list = z.union([z.string(), z.number()]);
/** What is put on a list: each entry as given, and its VRM or pattern as it is matched, which the log is searched by (AUD-6). */
const entries = {
  list,
  vrms: z.array(z.string()).readonly().optional(),
  entries: z.array(z.unknown()).readonly().optional(),
};

/** What is looked at and done about lists of vehicles of interest (VOI-2). */
export const listActs = {
  add: act("list.add", {
    head: "alteration",
    subject: z.object({
      /** Its id, once it is made. */
      list: list.optional(),
      name: z.string(),
      purpose: z.string(),
      priority: z.string(),
      category: z.string(),
    }),
    open: ["purpose"],
    say: (s) => `created the list ${text(s.name)}`,
  }),
  find: act("list.find", {
    head: "consultation",
    subject: z.object({ list }),
    open: [],
    outcome: "refused",
    say: (s) => `looked for the list ${text(s.list)}`,
  }),
  open: act("list.open", {
    head: "consultation",
    subject: z.object({
      list,
      after: z.number().nullable(),
      limit: z.number(),
      state: z.string().optional(),
      /** Those it showed. */
      vrms: z.array(z.string()).readonly().optional(),
    }),
    open: [],
    vehicle: ["vrms"],
    say: (s) => `looked at the entries of the list ${text(s.list)}`,
  }),
  addEntries: act("list.entry.add", {
    head: "alteration",
    subject: z.object(entries),
    open: [],
    vehicle: ["vrms", "entries"],
    say: (s) => `added to the list ${text(s.list)}`,
  }),
  import: act("list.import", {
    head: "alteration",
    subject: z.object({
      ...entries,
      /** Of the whole file, at its end. */
      rows: z.number().optional(),
    }),
    open: [],
    vehicle: ["vrms", "entries"],
    say: (s) => `imported into the list ${text(s.list)}`,
  }),
  confirm: act("list.entry.confirm", {
    head: "alteration",
    subject: z.object({
      list,
      entries: z.array(z.string()).readonly(),
      vrms: z.array(z.string()).readonly().optional(),
    }),
    open: [],
    vehicle: ["vrms"],
    say: (s) => `confirmed entries of the list ${text(s.list)}`,
  }),
  removeEntry: act("list.entry.remove", {
    head: "alteration",
    subject: z.object({
      list,
      entry: z.union([z.string(), z.number()]),
      vrm: z.string().optional(),
      reason: z.string(),
    }),
    open: [],
    vehicle: ["vrm"],
    say: (s) => `removed from the list ${text(s.list)}${after("the entry", s.entry)}`,
  }),
  expire: act("list.expire", {
    head: "alteration",
    subject: z.object({
      list,
      /** RFC 3339: the moment until which validity was over. */
      to: z.string(),
      entries: z.array(z.number()).readonly(),
      vrms: z.array(z.string()).readonly(),
    }),
    open: ["to"],
    vehicle: ["vrms"],
    say: (s) => `ended expired entries of the list ${text(s.list)}`,
  }),
};
