import { sayRole } from "./roles.ts";
import type { AccountEvent } from "../../identity/accounts/account.ts";
import type { AccountState } from "../../identity/accounts/account-state.ts";
import type { Task } from "../../identity/tasks/task.ts";

const LONG_DAY = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "long",
  year: "numeric",
});

/** `2026-11-23` as `23 November 2026`. */
export const sayDay = (day: string): string => LONG_DAY.format(new Date(`${day}T00:00:00Z`));

export const ACCOUNT_STATE_TAGS: Readonly<Record<AccountState, string>> = {
  invited: "govuk-tag--blue",
  active: "govuk-tag--green",
  suspended: "govuk-tag--yellow",
  ended: "govuk-tag--grey",
};

export const KIND_WORDS = {
  user: "Works with reads",
  oversight: "Oversees those who do",
  administrator: "Administers accounts; sees no reads",
} as const;

/** What is to be done, in a sentence. */
export function sayTask({ kind, person, nrd, organisation }: Task): string {
  const who = person === null ? organisation.name : person.fullName;
  switch (kind) {
    case "review-need":
      return `Review whether ${who} still needs an account: reactivate it or end it`;
    case "end-leaver":
      return `End the account of ${who}, who is leaving`;
    case "review-permissions":
      return `Review the permissions of ${who}, whose roles have changed`;
    case "approve-link":
      return `Approve a new enrolment link for ${who}, who already has an account`;
    case "renew-training":
      return `Renew the training of ${who}`;
    case "renew-policy":
      return `Renew the written policy of ${who}`;
    case "mend-camera":
      return `Find out why reads of the camera ${nrd?.name ?? ""} are lost, and mend it or report it faulty`;
  }
}

/** What happens when nobody does it in time. */
export const TASK_ELSE: Readonly<Record<Task["kind"], string>> = {
  "review-need": "Otherwise the service will end the account.",
  "end-leaver": "Otherwise the service will end the account.",
  "review-permissions": "",
  "approve-link":
    "Anyone with the link can take over the account: check with the person first. Otherwise the request lapses.",
  "renew-training": "Without it the person cannot make enquiries.",
  "renew-policy":
    "Without it nobody in the organisation can make enquiries, and its feed sources are turned away.",
  "mend-camera": "Its reads are refused or set aside. The task ends by itself when they are good again.",
};

export const EVENT_WORDS: Readonly<Record<AccountEvent["what"], string>> = {
  added: "Created",
  changed: "Changed",
  suspended: "Suspended",
  reactivated: "Reactivated",
  ended: "Ended",
  invited: "New enrolment link",
  "link-asked": "Enrolment link requested",
};

const MEMBER_WORDS: Readonly<Record<string, string>> = {
  fullName: "name",
  roles: "roles",
  rank: "rank",
  vetting: "vetting",
  trainedOn: "trained on",
  covert: "covert cameras",
  leavesOn: "last day",
  state: "state",
};

const sayValue = (value: unknown): string => {
  if (value === null || value === undefined || value === "") return "none";
  if (Array.isArray(value)) return value.map((one) => sayRole(String(one))).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "string") return JSON.stringify(value);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? sayDay(value) : value;
};

/** What changed, a line each: `rank: none to sergeant`. Of a new account only what it was given. */
export const sayChanges = ({ what, before, after }: AccountEvent): readonly string[] =>
  Object.entries(MEMBER_WORDS)
    .filter(([member]) => member in after && !(what === "added" && isNothing(after[member])))
    .map(([member, words]) =>
      what === "added"
        ? `${words}: ${sayValue(after[member])}`
        : `${words}: ${sayValue(before[member])} to ${sayValue(after[member])}`,
    );

const isNothing = (value: unknown): boolean => value === null || value === false;
