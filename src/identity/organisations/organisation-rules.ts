import { isIP } from "node:net";
import type { InputError } from "../../errors.ts";
import type { OrganisationChange } from "./organisation.ts";
import { isDay, isPlainText } from "../sign-in/plain-input.ts";

/** A code: lower-case words joined by hyphens. */
export const ORGANISATION_CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST_POLICY_YEARS = 5;
const YEAR_MS = 366 * 86_400_000;

/**
 * What is wrong with a change of an organisation; nothing when it may be made (ACC-1, ACC-6).
 * @param now epoch milliseconds UTC: a written policy is in force already, or it is none yet
 */
export function faultsOfOrganisation(
  { name, contact, policy, allowedNetworks }: OrganisationChange,
  now: number,
): readonly InputError[] {
  const texts = { name, contact, "policy.reference": policy?.reference, "policy.owner": policy?.owner };
  const faults = Object.entries(texts)
    .filter(([, text]) => text !== undefined && !isPlainText(text))
    .map(([path]) => fault(path, "TEXT_INVALID", "This contains a character that cannot be shown."));
  if (policy !== undefined && policy !== null) {
    const { date, until } = policy;
    const days = { "policy.date": date, "policy.until": until };
    for (const [path, day] of Object.entries(days))
      if (!isDay(day))
        faults.push(fault(path, "DAY_INVALID", "Enter a date between 1900 and 2200, like 2026-11-23."));
    if (Date.parse(date) > now)
      faults.push(fault("policy.date", "DAY_IN_FUTURE", "Policy date must be today or in the past."));
    if (until <= date)
      faults.push(fault("policy.until", "DAYS_REVERSED", "The policy must end after the date it starts."));
    else if (Date.parse(until) - Date.parse(date) > LONGEST_POLICY_YEARS * YEAR_MS)
      faults.push(
        fault(
          "policy.until",
          "DAYS_TOO_FAR",
          `A policy must be reviewed within ${LONGEST_POLICY_YEARS} years.`,
        ),
      );
  }
  for (const network of allowedNetworks ?? [])
    if (!isNetwork(network))
      faults.push(
        fault(
          "allowedNetworks",
          "NETWORK_INVALID",
          `“${network}” is not a network; enter it like 10.0.0.0/8 or 2001:db8::/32.`,
        ),
      );
  return faults;
}

/** Whether a text is a CIDR range; a bare address is a range of one. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const fault = (path: string, code: string, message: string): InputError => ({ path, code, message });
