import { Problem, type InputError } from "../errors.ts";
import { accessFloor } from "../policy/access-floor.ts";
import type { PolicyNumbers } from "../policy/pack/numbers.ts";
import { isLevel, isPurpose, LEVELS, PURPOSES } from "../policy/purpose.ts";
import { reasonLacks } from "../policy/reason.ts";
import { isPosition, type Position } from "../read/position.ts";
import { normaliseVrm } from "../read/vrm.ts";
import type { Colleague } from "./authority-life-store.ts";
import type { NewAuthorityRequest } from "./authority-record.ts";

/** A request as somebody wrote it, for vehicles or a place at least. Times are epoch milliseconds UTC; what is absent is not limited. */
export interface AskedAuthority {
  readonly reference: string;
  readonly purpose: string;
  readonly level: string;
  readonly reason: string;
  readonly vrms?: readonly string[] | undefined;
  readonly nrds?: readonly number[] | undefined;
  readonly area?: { readonly centre: Position; readonly radiusMetres: number } | undefined;
  /** The captures it is about; `to` exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly validFrom?: number | undefined;
  readonly validUntil?: number | undefined;
  /** Usernames of the own organisation. */
  readonly holders?: readonly string[] | undefined;
  /** Given by word of mouth: by whom (username) and when. */
  readonly oral?: { readonly by: string; readonly at: number } | undefined;
}

/** What a request is checked against. */
export interface RequestCircumstances {
  readonly caller: { readonly person: number; readonly organisation: number };
  readonly numbers: Pick<PolicyNumbers, "access" | "enquiry" | "retention">;
  /** Of the caller's organisation; those the request names. */
  readonly colleagues: readonly Colleague[];
  readonly knowsNrd: (id: number) => boolean;
  /** Epoch ms. */
  readonly now: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A reference has a letter, so that it is never taken for an id, and nothing that a URL or a spreadsheet would change. */
const REFERENCE = /^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ./_-]{1,58}[A-Za-z0-9]$/;

type Wrong = (path: string, code: string, message: string) => void;

/** What a good reason says; shown beside the field and with the error. */
export const sayGoodReason = ({ access }: Pick<PolicyNumbers, "access">): string =>
  `Say what is being investigated, how the vehicle or place is involved, and what the reads are expected to show, in at least ` +
  `${access.minimumReasonWords} different words. Phrases such as “${access.emptyPhrases[0] ?? "as discussed"}” say nothing and do not count.`;

/**
 * A request with its VRMs normalised, its people found and its times settled; `oral.rank` is for the caller to add.
 * @throws Problem INPUT_INVALID that names every field that is wrong and what to do
 */
export function checkRequest(
  asked: AskedAuthority,
  circumstances: RequestCircumstances,
): NewAuthorityRequest {
  const errors: InputError[] = [];
  const wrong: Wrong = (path, code, message) => void errors.push({ path, code, message });
  const { caller, numbers, now } = circumstances;
  const reference = asked.reference.trim().replace(/\s+/g, " ");
  if (!REFERENCE.test(reference))
    wrong(
      "reference",
      "REFERENCE_INVALID",
      "Enter the reference of the case or operation: 3 to 60 letters, digits, spaces, dots, slashes, hyphens or underscores, with at least one letter.",
    );
  const { purpose, level } = asked;
  if (!isPurpose(purpose)) wrong("purpose", "PURPOSE_UNKNOWN", `Select one of ${PURPOSES.join(", ")}.`);
  if (!isLevel(level)) wrong("level", "LEVEL_UNKNOWN", `Select one of ${LEVELS.join(", ")}.`);
  const reason = asked.reason.trim();
  const lack = reasonLacks(reason, numbers.access.minimumReasonWords, numbers.access);
  if (lack !== undefined) wrong("reason", "REASON_NOT_SPECIFIC", lack);
  if (asked.vrms === undefined && asked.nrds === undefined && asked.area === undefined)
    wrong("vrms", "SCOPE_MISSING", "Name vehicles, or give a place: cameras or a circle.");
  const scope = {
    vrms: checkVrms(asked.vrms, wrong),
    nrds: checkNrds(asked.nrds, circumstances, wrong),
    area: checkArea(asked.area, numbers, wrong),
    ...checkPeriod(asked, circumstances, wrong),
  };
  const validity = checkValidity(asked, circumstances, wrong);
  const holders = checkHolders(asked, circumstances, wrong);
  const oral = checkOral(asked.oral, circumstances, wrong);
  if (errors.length > 0 || !isPurpose(purpose) || !isLevel(level))
    throw new Problem("INPUT_INVALID", "Correct what is named in `errors` and send it again.", { errors });
  return {
    reference,
    organisation: caller.organisation,
    purpose,
    level,
    reason,
    holders,
    scope,
    ...validity,
    askedBy: caller.person,
    askedAt: now,
    oral,
  };
}

function checkVrms(vrms: AskedAuthority["vrms"], wrong: Wrong): readonly string[] | null {
  if (vrms === undefined) return null;
  if (vrms.length === 0)
    wrong("vrms", "VRM_MISSING", "Enter at least one VRM, or leave this out and give a place.");
  const kept = vrms.flatMap((sent, index) => {
    const found = normaliseVrm(sent);
    if (found.kind === "vrm") return [found.vrm];
    wrong(
      `vrms.${index}`,
      "VRM_INVALID",
      `“${sent}”: ${"why" in found ? found.why : "enter a whole VRM, for example AB12 CDE."}`,
    );
    return [];
  });
  return [...new Set(kept)];
}

function checkNrds(
  nrds: AskedAuthority["nrds"],
  { knowsNrd, numbers }: RequestCircumstances,
  wrong: Wrong,
): readonly number[] | null {
  if (nrds === undefined) return null;
  if (nrds.length === 0)
    wrong("nrds", "PLACE_MISSING", "Enter at least one camera, or leave this out for any place.");
  const { maximumNrds } = numbers.enquiry;
  if (nrds.length > maximumNrds) wrong("nrds", "TOO_MANY", `Enter ${maximumNrds} cameras or fewer.`);
  for (const [index, nrd] of nrds.slice(0, maximumNrds).entries())
    if (!knowsNrd(nrd))
      wrong(
        `nrds.${index}`,
        "NRD_UNKNOWN",
        `There is no camera ${nrd} in the register. Use register numbers.`,
      );
  return [...new Set(nrds)];
}

function checkArea(
  area: AskedAuthority["area"],
  { enquiry }: Pick<PolicyNumbers, "enquiry">,
  wrong: Wrong,
): NewAuthorityRequest["scope"]["area"] {
  if (area === undefined) return null;
  const { centre, radiusMetres } = area;
  if (!isPosition(centre.lat, centre.lon))
    wrong(
      "area.centre",
      "AREA_INVALID",
      "Enter the centre in decimal degrees, for example 51.4910 and -0.5621.",
    );
  if (!(radiusMetres > 0 && radiusMetres <= enquiry.areaRadiusMetres))
    wrong(
      "area.radiusMetres",
      "AREA_INVALID",
      `Enter a radius above zero and up to ${enquiry.areaRadiusMetres} metres.`,
    );
  return { kind: "circle", centre, radiusMetres };
}

function checkPeriod(
  { from, to }: AskedAuthority,
  { numbers: { retention }, now }: RequestCircumstances,
  wrong: Wrong,
): { readonly from: number | null; readonly to: number | null } {
  if (from !== undefined && to !== undefined && from >= to)
    wrong("to", "PERIOD_INVALID", "The end must be after the start.");
  if (to !== undefined && to <= accessFloor(now, retention.accessMonths))
    wrong("to", "PERIOD_INVALID", `Nothing older than ${retention.accessMonths} months is ever shown.`);
  return { from: from ?? null, to: to ?? null };
}

/** An authority never begins before it is asked for, and serves the pack's days at most. */
function checkValidity(
  { validFrom, validUntil }: AskedAuthority,
  { numbers: { access }, now }: RequestCircumstances,
  wrong: Wrong,
): { readonly from: number; readonly until: number } {
  const longest = access.authorityDays * DAY_MS;
  const from = Math.max(validFrom ?? now, now);
  if (from > now + longest)
    wrong("validFrom", "VALIDITY_INVALID", `It must start within ${access.authorityDays} days from now.`);
  const until = validUntil ?? from + longest;
  if (until <= from)
    wrong("validUntil", "VALIDITY_INVALID", "The end must be after the start and in the future.");
  if (until > from + longest)
    wrong(
      "validUntil",
      "VALIDITY_INVALID",
      `An authority is valid for at most ${access.authorityDays} days.`,
    );
  return { from, until };
}

function checkHolders(
  { holders, oral }: Pick<AskedAuthority, "holders" | "oral">,
  { colleagues }: RequestCircumstances,
  wrong: Wrong,
): readonly number[] {
  if (holders === undefined) return [];
  if (holders.length === 0)
    wrong(
      "holders",
      "HOLDER_MISSING",
      "Name at least one colleague, or leave this out for everyone who can make enquiries.",
    );
  const found = holders.flatMap((username, index) => {
    const colleague = colleagues.find((one) => one.username === username.trim().toLowerCase());
    if (colleague?.active !== true)
      wrong(
        `holders.${index}`,
        "PERSON_UNKNOWN",
        `There is no active account ${username} in your organisation.`,
      );
    else if (colleague.username === oral?.by.trim().toLowerCase())
      wrong(`holders.${index}`, "OWN_DECISION", "Nobody can rely on an authority that they gave themselves.");
    return colleague === undefined ? [] : [colleague.id];
  });
  return [...new Set(found)];
}

function checkOral(
  oral: AskedAuthority["oral"],
  { caller, colleagues, numbers: { access }, now }: RequestCircumstances,
  wrong: Wrong,
): NewAuthorityRequest["oral"] {
  if (oral === undefined) return null;
  const by = colleagues.find(({ username }) => username === oral.by.trim().toLowerCase());
  if (by?.active !== true)
    wrong("oral.by", "PERSON_UNKNOWN", `There is no active account ${oral.by} in your organisation.`);
  else if (by.id === caller.person)
    wrong("oral.by", "OWN_DECISION", "Nobody can give an authority to themselves.");
  if (oral.at > now || oral.at <= now - access.oralConfirmHours * HOUR_MS)
    wrong(
      "oral.at",
      "TIME_INVALID",
      `Enter when it was given: within the last ${access.oralConfirmHours} hours and not in the future.`,
    );
  return { by: by?.id ?? 0, rank: null, at: oral.at };
}
