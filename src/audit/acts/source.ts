import { z } from "zod";
import { act } from "../act.ts";
import { text } from "./words.ts";

const members = z.record(z.string(), z.unknown());
/** An act on one source: which, and why. */
const deliberate = z.object({
  source: z.number(),
  name: z.string().optional(),
  reason: z.string(),
});

/** What is done and looked at about the feed sources that reads come from (READ-7). Their secrets never stand here. */
export const sourceActs = {
  list: act("source.list", {
    head: "consultation",
    subject: z.object({ organisation: z.string().optional() }),
    open: [],
    say: () => "looked at the list of feed sources",
  }),
  open: act("source.open", {
    head: "consultation",
    subject: z.object({ source: z.number() }),
    open: [],
    say: (s) => `opened the feed source ${text(s.source)}`,
  }),
  test: act("source.test", {
    head: "consultation",
    subject: z.object({
      source: z.number(),
      /** The address it was held against. */
      address: z.string().optional(),
      /** Why nothing would be let in; null where it would be. */
      closed: z.string().nullable().optional(),
    }),
    open: ["closed"],
    say: (s) => `tested the feed source ${text(s.source)}`,
  }),
  add: act("source.add", {
    head: "governance",
    subject: z.object({
      /** Its number, once it is registered. */
      source: z.number().optional(),
      /** The organisation: its code where one was asked for, then its number. */
      of: z.union([z.string(), z.number()]).optional(),
      name: z.string(),
      protocol: z.string().nullable().optional(),
      /** Whether it sends for cameras of other organisations too. */
      aggregator: z.boolean(),
      byAddress: z.boolean().optional(),
      allowedNetworks: z.array(z.string()).readonly(),
      agreement: members.nullable().optional(),
    }),
    open: [],
    say: (s) => `registered the feed source ${text(s.name)}`,
  }),
  change: act("source.change", {
    head: "governance",
    subject: deliberate.extend({ before: members.optional(), after: members }),
    open: [],
    say: (s) => `changed the feed source ${text(s.name ?? s.source)}`,
  }),
  switchOff: act("source.switch-off", {
    head: "governance",
    subject: deliberate,
    open: [],
    say: (s) => `switched off the feed source ${text(s.name ?? s.source)}`,
  }),
  switchOn: act("source.switch-on", {
    head: "governance",
    subject: deliberate,
    open: [],
    say: (s) => `switched on the feed source ${text(s.name ?? s.source)}`,
  }),
  renew: act("source.renew", {
    head: "governance",
    subject: deliberate,
    open: [],
    say: (s) => `renewed the secrets of the feed source ${text(s.name ?? s.source)}`,
  }),
};
