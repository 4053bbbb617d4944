import { Problem } from "../errors.ts";
import type { Role } from "./roles.ts";
import type { Caller } from "../identity/caller.ts";

const NATIONAL: readonly Role[] = ["nationaladmin", "nationalauditor", "commissioner"];

/** Whether somebody looks after every organisation. */
export const isNational = ({ roles }: Caller): boolean => roles.some((role) => NATIONAL.includes(role));

/** The one organisation somebody looks after; undefined for all. */
export const remitOf = (asker: Caller): number | undefined =>
  isNational(asker) ? undefined : asker.organisation.id;

/** Whether an organisation is one that somebody looks after. */
export const withinRemit = (asker: Caller, organisation: number): boolean =>
  isNational(asker) || asker.organisation.id === organisation;

/** A refusal by one named rule, with what would be needed. */
export const refusedBy = (rule: string, detail: string, needed: string): Problem =>
  new Problem("NOT_AUTHORISED", detail, { extra: { rules: [rule], needed: [needed] } });
