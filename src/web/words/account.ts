import type { AccountEventView, AccountView, DutyView } from "../../api/people-views.ts";
import type { Role } from "../../policy/roles.ts";

const LONG_DAY = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "long",
  year: "numeric",
});

/** `2026-11-23` as `23 November 2026`. */
export const sayDay = (day: string): string => LONG_DAY.format(new Date(`${day}T00:00:00Z`));

export const ACCOUNT_STATE_TAGS: Readonly<Record<AccountView["state"], string>> = {
  invited: "govuk-tag--blue",
  active: "govuk-tag--green",
  suspended: "govuk-tag--yellow",
  ended: "govuk-tag--grey",
};

/** What a role does, for whoever gives it. */
export const ROLE_WORDS: Readonly<Record<Role, { readonly name: string; readonly does: string }>> = {
  operator: { name: "Operator", does: "Watches the board and acts on hits" },
  investigator: { name: "Investigator", does: "Asks the archive and asks for authorities" },
  analyst: { name: "Analyst", does: "Asks the archive and asks for authorities" },
  listmanager: { name: "List manager", does: "Keeps lists of vehicles of interest" },
  authoriser: { name: "Authoriser", does: "Decides on authorities" },
  estate: { name: "Infrastructure manager", does: "Keeps the register of readers and the quarantine" },
  supervisor: {
    name: "Supervisor",
    does: "Sees the team’s accounts and duties, and decides about suspicions",
  },
  auditor: { name: "Auditor", does: "Audits the own organisation" },
  nationalauditor: { name: "National auditor", does: "Audits every organisation" },
  dpo: { name: "Data protection officer", does: "Sees the log and deletion, and approves policy" },
  commissioner: { name: "Information Commissioner", does: "Inspects the log of every organisation" },
  admin: { name: "Administrator", does: "Keeps the organisation’s accounts and its policy document" },
  nationaladmin: { name: "National administrator", does: "Keeps organisations and accounts everywhere" },
};

export const KIND_WORDS = {
  user: "Works with reads",
  oversight: "Watches those who do",
  administrator: "Administers accounts; sees no reads",
} as const;

/** What is to be done, in a sentence. */
export function sayDuty({ kind, account, organisation }: DutyView): string {
  const who = account === null ? organisation.name : account.fullName;
  switch (kind) {
    case "review-need":
      return `Review whether ${who} still needs an account: reactivate it or end it`;
    case "end-leaver":
      return `End the account of ${who}, who leaves`;
    case "review-permissions":
      return `Review the permissions of ${who}, whose roles changed`;
    case "renew-training":
      return `Renew the training of ${who}`;
    case "renew-policy":
      return `Renew the written policy of ${who}`;
  }
}

/** What happens when nobody does it in time. */
export const DUTY_ELSE: Readonly<Record<DutyView["kind"], string>> = {
  "review-need": "Else the service ends the account.",
  "end-leaver": "Else the service ends the account.",
  "review-permissions": "",
  "renew-training": "Without it the person cannot enquire.",
  "renew-policy": "Without it nobody of the organisation can enquire.",
};

export const EVENT_WORDS: Readonly<Record<AccountEventView["what"], string>> = {
  added: "Made",
  changed: "Changed",
  suspended: "Suspended",
  reactivated: "Reactivated",
  ended: "Ended",
  invited: "New enrolment link",
};

const MEMBER_WORDS: Readonly<Record<string, string>> = {
  fullName: "name",
  roles: "roles",
  rank: "rank",
  vetting: "vetting",
  trainedOn: "trained on",
  covert: "covert readers",
  leavesOn: "last day",
  state: "state",
};

const sayValue = (value: unknown): string => {
  if (value === null || value === undefined || value === "") return "none";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "string") return JSON.stringify(value);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? sayDay(value) : value;
};

/** What changed, a line each: `rank: none to sergeant`. Of a new account only what it was given. */
export const sayChanges = ({ what, before, after }: AccountEventView): readonly string[] =>
  Object.entries(MEMBER_WORDS)
    .filter(([member]) => member in after && !(what === "added" && isNothing(after[member])))
    .map(([member, words]) =>
      what === "added"
        ? `${words}: ${sayValue(after[member])}`
        : `${words}: ${sayValue(before[member])} to ${sayValue(after[member])}`,
    );

const isNothing = (value: unknown): boolean => value === null || value === false;
