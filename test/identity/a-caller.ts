import { callerFrom, type Caller } from "../../src/identity/caller.ts";
import type { Person } from "../../src/identity/person.ts";

const NOON = Date.UTC(2026, 10, 22, 12);

/** Somebody who acts, from an account on record; `change` says what is different of them. */
export const aCaller = (person: Person, change: Partial<Pick<Person, "roles" | "standing">> = {}): Caller =>
  callerFrom(
    { ...person, ...change },
    { name: "a", expires: NOON + 3_600_000, csrfToken: "b", steppedUp: NOON },
    "request",
  );
