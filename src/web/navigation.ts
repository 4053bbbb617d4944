import { mayDo, rolesThatMay, type Action } from "../policy/roles.ts";
import { paths } from "./paths.ts";
import { sayOwn, sayRoles } from "./words/roles.ts";
import type { Caller } from "../identity/caller.ts";

/** One thing a person may come here to do. */
export interface Task {
  readonly title: string;
  readonly words: string;
  readonly href: string;
  readonly action: Action;
}

export const TASKS: readonly Task[] = [
  {
    title: "Board",
    words: "Hits as they happen, most urgent first.",
    href: paths.board(),
    action: "hit.see",
  },
  {
    title: "Enquiries",
    words: "Ask where a vehicle was, or what passed a place.",
    href: paths.enquiries(),
    action: "enquiry.ask",
  },
  {
    title: "Authorities",
    words: "What makes an enquiry lawful: ask for one, decide on one, see what was done under it.",
    href: paths.authorities(),
    action: "authority.see",
  },
  {
    title: "Quarantine",
    words: "Reads kept apart until someone decides about them.",
    href: paths.quarantine(),
    action: "quarantine.see",
  },
  {
    title: "Cameras",
    words: "The register of number plate reading cameras (NRDs).",
    href: paths.nrds(),
    action: "estate.see",
  },
  {
    title: "Audit",
    words: "Search the log, review the month's sample, follow findings up, look for patterns.",
    href: paths.audit(),
    action: "audit.search",
  },
  {
    title: "Accounts",
    words: "Who may sign in, with which roles, vetting and training.",
    href: paths.accounts(),
    action: "account.see",
  },
  {
    title: "Duties",
    words: "What the rules ask about accounts and policies, and until when.",
    href: paths.duties(),
    action: "duty.see",
  },
  {
    title: "Suspicions",
    words: "What protective monitoring found, and what somebody decided about it.",
    href: paths.suspicions(),
    action: "suspension.see",
  },
  {
    title: "Organisations",
    words: "The approved organisations, each with its written policy and networks.",
    href: paths.organisations(),
    action: "organisation.see",
  },
];

/** Every task, with why not where the person's role does not include it: disabled with a reason beats hidden. */
export function tasksFor(person: Caller) {
  return TASKS.map((task) => ({
    ...task,
    whyNot: mayDo(person.roles, task.action)
      ? ""
      : `For ${sayRoles(rolesThatMay(task.action))}. You are ${sayOwn(person.roles)}.`,
  }));
}

/** The navigation bar: what the person may open. */
export function navigationFor(person: Caller, path: string) {
  return TASKS.filter(({ action }) => mayDo(person.roles, action)).map(({ title, href }) => ({
    text: title,
    href,
    current: path === href,
    active: path.startsWith(`${href}/`),
  }));
}
