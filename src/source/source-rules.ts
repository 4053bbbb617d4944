import type { InputError } from "../errors.ts";
import { isNetwork } from "../identity/organisations/organisation-rules.ts";
import { isDay, isPlainText } from "../identity/sign-in/plain-input.ts";
import type { Agreement, NewSource } from "./source.ts";

export const LONGEST_NAME = 100;
export const LONGEST_TEXT = 1_000;
/** Far more ranges than a source has sites. */
export const MOST_NETWORKS = 200;

/** What the rules have to know of a feed protocol. */
export interface SendingWay {
  readonly name: string;
  /** Its senders may be known by their address. */
  readonly knownByAddress?: boolean;
  /** Whether its devices are given a secret path: they cannot be, may be, or have nothing else. */
  readonly secretPath: "none" | "optional" | "always";
}

type Judged = Pick<NewSource, "name" | "allowedNetworks" | "byAddress" | "aggregator" | "agreement">;

/** What is wrong with a source that stays whatever it is; nothing when it may be kept (READ-7). */
export function faultsOfSource(source: Judged): readonly InputError[] {
  const { name, allowedNetworks, byAddress, aggregator, agreement } = source;
  const faults: InputError[] = [];
  if (name.trim() === "") faults.push(fault("name", "NAME_MISSING", "Enter a name."));
  else if (name.length > LONGEST_NAME)
    faults.push(fault("name", "NAME_TOO_LONG", `Name must be ${LONGEST_NAME} characters or fewer.`));
  else if (!isPlainText(name)) faults.push(unshown("name"));
  for (const network of allowedNetworks)
    if (!isNetwork(network))
      faults.push(
        fault(
          "allowedNetworks",
          "NETWORK_INVALID",
          `“${network}” is not a network; enter it like 10.0.0.0/8 or 2001:db8::/32.`,
        ),
      );
  if (allowedNetworks.length > MOST_NETWORKS)
    faults.push(fault("allowedNetworks", "NETWORKS_TOO_MANY", `Enter ${MOST_NETWORKS} networks or fewer.`));
  if (byAddress && allowedNetworks.length === 0)
    faults.push(
      fault("allowedNetworks", "NETWORKS_MISSING", "Enter the addresses that its senders are known by."),
    );
  if (byAddress && allowedNetworks.some((network) => /\/0+$/.test(network)))
    faults.push(
      fault("allowedNetworks", "NETWORK_TOO_WIDE", "Nobody is known by an address that everybody has."),
    );
  if (aggregator && agreement === null)
    faults.push(
      fault(
        "agreement",
        "AGREEMENT_MISSING",
        "A source that sends for several organisations needs a recorded agreement.",
      ),
    );
  return agreement === null ? faults : [...faults, ...faultsOfAgreement(agreement)];
}

/** What is wrong with how a new source sends. @param ways the feed protocols there are */
export function faultsOfSending(
  {
    protocol,
    byAddress,
    hasPathKey,
    timeZone,
  }: Pick<NewSource, "protocol" | "byAddress" | "hasPathKey" | "timeZone">,
  ways: readonly SendingWay[],
): readonly InputError[] {
  const faults: InputError[] = [];
  const way = ways.find(({ name }) => name === protocol);
  if (way === undefined)
    faults.push(
      fault(
        "protocol",
        "PROTOCOL_UNKNOWN",
        `Protocol must be one of ${ways.map(({ name }) => name).join(", ")}.`,
      ),
    );
  else if (byAddress && way.knownByAddress !== true)
    faults.push(
      fault("byAddress", "CREDENTIAL_NEEDED", "Senders of this protocol need a token or a secret path."),
    );
  if (hasPathKey && way?.secretPath === "none")
    faults.push(
      fault("hasPathKey", "PATH_NOT_TAKEN", "Senders of this protocol present a token, not a secret path."),
    );
  if (!isTimeZone(timeZone))
    faults.push(fault("timeZone", "TIME_ZONE_UNKNOWN", "Enter a time zone like Europe/London."));
  return faults;
}

const TEXTS = ["party", "reference", "purpose", "legalBasis", "document"] as const;
const MISSING: Readonly<Record<(typeof TEXTS)[number], string>> = {
  party: "Enter with whom the agreement was made.",
  reference: "Enter the agreement’s reference.",
  purpose: "Enter what the data may be used for.",
  legalBasis: "Enter the legal basis.",
  document: "Enter where the signed document is kept.",
};

function faultsOfAgreement(agreement: Agreement): readonly InputError[] {
  const faults: InputError[] = [];
  for (const member of TEXTS) {
    const path = `agreement.${member}`;
    if (agreement[member].trim() === "") faults.push(fault(path, "TEXT_MISSING", MISSING[member]));
    else if (agreement[member].length > LONGEST_TEXT)
      faults.push(fault(path, "TEXT_TOO_LONG", `This must be ${LONGEST_TEXT} characters or fewer.`));
    else if (!isPlainText(agreement[member])) faults.push(unshown(path));
  }
  const days = ["from", "until"] as const;
  const wrong = days.filter((member) => !isDay(agreement[member]));
  for (const member of wrong)
    faults.push(fault(`agreement.${member}`, "DAY_INVALID", "Enter a date like 2026-11-23."));
  if (wrong.length === 0 && agreement.until < agreement.from)
    faults.push(
      fault("agreement.until", "DAYS_REVERSED", "The agreement must not end before the day it starts."),
    );
  return faults;
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en-GB", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const fault = (path: string, code: string, message: string): InputError => ({ path, code, message });
const unshown = (path: string): InputError =>
  fault(path, "TEXT_INVALID", "This contains a character that cannot be shown.");
