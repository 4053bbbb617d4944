import { mayDo, rolesThatMay, type Action } from "../policy/roles.ts";
import { paths } from "./paths.ts";
import { sayRoles } from "./words/roles.ts";
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
    words: "Find out where a vehicle was, or what passed a place.",
    href: paths.enquiries(),
    action: "enquiry.ask",
  },
  {
    title: "Authorities",
    words: "What makes an enquiry lawful: request one, decide on one, see what was done under it.",
    href: paths.authorities(),
    action: "authority.see",
  },
  {
    title: "Quarantine",
    words: "Reads set aside until someone decides what to do with them.",
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
    title: "Feed sources",
    words: "Who sends reads: add a source, test it, switch it off, give it a new secret.",
    href: paths.sources(),
    action: "source.see",
  },
  {
    title: "Audit",
    words: "Search the log, review the month's sample, follow up findings, look for patterns.",
    href: paths.audit(),
    action: "audit.search",
  },
  {
    title: "Accounts",
    words: "Who can sign in, with which roles, vetting and training.",
    href: paths.accounts(),
    action: "account.see",
  },
  {
    title: "Tasks",
    words: "What the rules require for accounts and policies, and by when.",
    href: paths.tasks(),
    action: "task.see",
  },
  {
    title: "Suspicions",
    words: "What protective monitoring found, and what was decided.",
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
      : `For ${sayRoles(rolesThatMay(task.action))}. You have ${sayRoles(person.roles)}.`,
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
