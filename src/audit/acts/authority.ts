import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

/** An authority, by its reference, and what it serves; the reason of an act is the act's own. */
const authority = {
  authority: z.string().optional(),
  purpose: z.string().optional(),
  level: z.string().optional(),
  vrms: z.array(z.string()).readonly().optional(),
  reason: z.string().optional(),
};
const decided = { ...authority, decision: z.string().optional() };
const OPEN = ["purpose", "level"] as const;

/** What is asked for, decided and looked at about authorities (INV-2). */
export const authorityActs = {
  add: act("authority.add", {
    head: "governance",
    subject: z.object({
      ...authority,
      nrds: z.array(z.number()).readonly().optional(),
      /** Username of whoever is said to have given it by word of mouth. */
      oral: z.string().optional(),
    }),
    open: OPEN,
    vehicle: ["vrms", "nrds"],
    say: (s) => `requested the authority ${text(s.authority)}${after("given orally by", s.oral)}`,
  }),
  decide: act("authority.decide", {
    head: "governance",
    subject: z.object({
      ...decided,
      /** Name of the exceptional criterion relied on. */
      exceptional: z.string().nullable().optional(),
    }),
    open: OPEN,
    vehicle: ["vrms"],
    say: (s) =>
      `decided on the authority ${text(s.authority)}${s.decision === undefined ? "" : `: ${text(s.decision)}`}`,
  }),
  withdraw: act("authority.withdraw", {
    head: "governance",
    subject: z.object(decided),
    open: OPEN,
    vehicle: ["vrms"],
    say: (s) => `withdrew the authority ${text(s.authority)}`,
  }),
  extend: act("authority.extend", {
    head: "governance",
    subject: z.object({
      ...decided,
      /** Its new end, RFC 3339 UTC. */
      to: z.string().optional(),
    }),
    open: [...OPEN, "to"],
    vehicle: ["vrms"],
    say: (s) => `extended the authority ${text(s.authority)}${after("until", s.to)}`,
  }),
  confirm: act("authority.confirm", {
    head: "governance",
    subject: z.object(decided),
    open: OPEN,
    vehicle: ["vrms"],
    say: (s) => `confirmed the oral authority ${text(s.authority)}`,
  }),
  open: act("authority.open", {
    head: "consultation",
    subject: z.object({
      ...authority,
      /** Where many were looked at: the list, and by what it was narrowed. */
      list: z.string().optional(),
      state: z.string().optional(),
      mine: z.boolean().optional(),
    }),
    open: [...OPEN, "state"],
    vehicle: ["vrms"],
    say: (s) =>
      s.authority === undefined
        ? "looked at the list of authorities"
        : `opened the authority ${text(s.authority)}`,
  }),
};
