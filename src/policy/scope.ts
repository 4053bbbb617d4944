import { Problem } from "../errors.ts";
import type { Role } from "./roles.ts";
import type { SignedIn } from "../api/ports.ts";

const NATIONAL: readonly Role[] = ["nationaladmin", "nationalauditor", "commissioner"];

/** Whether somebody looks after every organisation. */
export const isNational = ({ roles }: SignedIn): boolean => roles.some((role) => NATIONAL.includes(role));

/** The one organisation somebody looks after; undefined for all. */
export const remitOf = (asker: SignedIn): number | undefined =>
  isNational(asker) ? undefined : asker.organisation.id;

/** Whether an organisation is one that somebody looks after. */
export const withinRemit = (asker: SignedIn, organisation: number): boolean =>
  isNational(asker) || asker.organisation.id === organisation;

/** A refusal by one named rule, with what would be needed. */
export const refusedBy = (rule: string, detail: string, needed: string): Problem =>
  new Problem("NOT_AUTHORISED", detail, { extra: { rules: [rule], needed: [needed] } });
