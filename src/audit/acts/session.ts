import { z } from "zod";
import { act } from "../act.ts";
import { text } from "./words.ts";

/** Whose, and from where; the person is not known where nobody proved to be one. */
const who = { person: z.number().optional(), address: z.string().optional() };
/** How many like it were passed over since the entry before. */
const repeated = { passedOver: z.number().int().optional() };

/** Coming in and going, and what proves who somebody is (ACC-2, ACC-6, AUD-5). */
export const sessionActs = {
  open: act("session.open", {
    head: "access",
    subject: z.object({ ...who, roles: z.array(z.string()).readonly(), method: z.string() }),
    open: ["roles"],
    say: () => "signed in",
  }),
  refuse: act("session.refuse", {
    head: "access",
    subject: z.object({ ...who, ...repeated, why: z.string() }),
    open: [],
    outcome: "refused",
    say: () => "was refused sign-in",
  }),
  close: act("session.close", {
    head: "access",
    subject: z.object({
      ...who,
      /** Id of the session, where it was another of their own. */
      session: z.string().optional(),
      why: z.enum(["wrong-proofs", "replaced"]).optional(),
    }),
    open: [],
    say: (s) =>
      s.why === "wrong-proofs"
        ? "gave too many wrong codes or passwords, which ended the session"
        : s.session === undefined
          ? "signed out"
          : "ended another of their sessions",
  }),
  stepUp: act("session.step-up", {
    head: "access",
    subject: z.object(who),
    open: [],
    say: () => "entered the second factor again",
  }),
  stepUpRefused: act("session.step-up", {
    head: "access",
    subject: z.object({ ...who, why: z.string() }),
    open: [],
    outcome: "refused",
    say: () => "entered the second factor again",
  }),
  refuseRole: act("role.refuse", {
    head: "access",
    subject: z.object({ wanted: z.string(), roles: z.array(z.string()).readonly() }),
    open: ["wanted", "roles"],
    outcome: "refused",
    say: (s) =>
      `tried something that their role does not include${text(s.wanted) === "" ? "" : `: ${text(s.wanted)}`}`,
  }),
  refuseNetwork: act("network.refuse", {
    head: "access",
    subject: z.object(who),
    open: [],
    outcome: "refused",
    say: () => "came from a network that is not allowed",
  }),
  enrol: act("person.enrol", {
    head: "access",
    subject: z.object({ ...who, ...repeated }),
    open: [],
    say: () => "enrolled",
  }),
  enrolRefused: act("person.enrol", {
    head: "access",
    subject: z.object({ ...who, ...repeated }),
    open: [],
    outcome: "refused",
    say: () => "enrolled",
  }),
  addPasskey: act("passkey.add", {
    head: "access",
    subject: z.object({ ...who, passkey: z.string(), name: z.string() }),
    open: [],
    say: () => "added a passkey",
  }),
  removePasskey: act("passkey.remove", {
    head: "access",
    subject: z.object({ ...who, passkey: z.string(), name: z.string().optional() }),
    open: [],
    say: () => "removed a passkey",
  }),
  makeRecovery: act("recovery.make", {
    head: "access",
    subject: z.object(who),
    open: [],
    say: () => "created recovery codes",
  }),
  useRecovery: act("recovery.use", {
    head: "access",
    subject: z.object(who),
    open: [],
    say: () => "used a recovery code",
  }),
  changePassword: act("password.change", {
    head: "access",
    subject: z.object(who),
    open: [],
    say: () => "changed the password",
  }),
  passwordRefused: act("password.change", {
    head: "access",
    subject: z.object({ ...who, why: z.string() }),
    open: [],
    outcome: "refused",
    say: () => "changed the password",
  }),
};
