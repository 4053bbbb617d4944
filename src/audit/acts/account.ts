import { z } from "zod";
import { act } from "../act.ts";
import { after, text } from "./words.ts";

const members = z.record(z.string(), z.unknown());
/** A change of an account: which, why, and what it was and became. */
const change = z.object({
  account: z.string(),
  person: z.number().optional(),
  reason: z.string(),
  before: members.optional(),
  after: members.optional(),
});

/** What is looked at and done about accounts by those who keep them, and by the clocks (ACC-2 to ACC-5). */
export const accountActs = {
  list: act("account.list", {
    head: "consultation",
    subject: z.object({
      search: z.string().optional(),
      state: z.string().optional(),
      organisation: z.string().optional(),
    }),
    open: ["state"],
    say: () => "looked at the list of accounts",
  }),
  open: act("account.open", {
    head: "consultation",
    subject: z.object({ account: z.string() }),
    open: [],
    say: (s) => `opened the account ${text(s.account)}`,
  }),
  add: act("person.add", {
    head: "access",
    subject: z.object({
      account: z.string(),
      person: z.number().optional(),
      /** The organisation: its code as it was asked for, then its number. */
      of: z.union([z.string(), z.number()]),
      fullName: z.string(),
      roles: z.array(z.string()).readonly(),
      rank: z.string().nullable(),
      vetting: z.string(),
      trainedOn: z.string().nullable(),
      covert: z.boolean(),
      /** Until when its enrolment link works. */
      expires: z.string().optional(),
    }),
    open: ["of", "roles"],
    say: (s) => `made the account ${text(s.account)}`,
  }),
  change: act("person.change", {
    head: "access",
    subject: change,
    open: [],
    say: (s) => `changed the account ${text(s.account)}`,
  }),
  suspend: act("person.suspend", {
    head: "access",
    subject: change,
    open: [],
    say: (s) => `suspended the account ${text(s.account)}`,
  }),
  reactivate: act("person.reactivate", {
    head: "access",
    subject: change,
    open: [],
    say: (s) => `reactivated the account ${text(s.account)}`,
  }),
  end: act("person.end", {
    head: "access",
    subject: change,
    open: [],
    say: (s) => `ended the account ${text(s.account)}`,
  }),
  link: act("person.link", {
    head: "access",
    subject: z.object({
      account: z.string(),
      person: z.number().optional(),
      reason: z.string(),
      approvedBy: z.string().nullable().optional(),
      /** Until when the link works; absent where a second person approves it first. */
      expires: z.string().optional(),
      /** The task of that second person. */
      task: z.number().optional(),
    }),
    open: [],
    say: (s) =>
      s.expires === undefined
        ? `asked for an enrolment link for the account ${text(s.account)}`
        : `gave an enrolment link for the account ${text(s.account)}${after("approved by", s.approvedBy)}`,
  }),
};
