import type { Answer } from "../../../../enquiry/enquiries.ts";
import type { FoundRead } from "../../../../enquiry/found-read.ts";
import type { Problem } from "../../../../errors.ts";
import { LEVEL_MEANINGS, PURPOSE_MEANINGS, type Meaning } from "../../../../policy/purpose.ts";
import { displayVrm } from "../../../../read/vrm-class.ts";
import type { Outline } from "../../../map/outline.ts";
import { siteMap, type Marked } from "../../../map/site-map.ts";
import { paths } from "../../../paths.ts";
import type { WebParts } from "../../../web-parts.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayQuestion } from "../../../words/question.ts";
import { sayRoad } from "../../../words/road.ts";
import { sayRolesIn } from "../../../words/roles.ts";

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];

/** A rule by its name, with what it says; empty for conditions that are not sentences of the pack. */
export interface RuleShown {
  readonly name: string;
  readonly says: string;
  /** It permitted; the others could have refused and did not. */
  readonly permits: boolean;
}

/** Rules with their sentences, to explain a decision in plain words. */
export const sayRules = (names: readonly string[], { rules }: Pick<WebParts["pack"], "rules">): RuleShown[] =>
  names.map((name) => {
    const rule = rules.find((one) => one.name === name);
    return { name, says: rule?.says ?? "", permits: rule?.effect === "permit" };
  });

/** What permitted, and what it was held against besides. */
export const sayBasis = (names: readonly string[], pack: Pick<WebParts["pack"], "rules">) => {
  const rules = sayRules(names, pack);
  return { permitted: rules.filter(({ permits }) => permits), held: rules.filter(({ permits }) => !permits) };
};

/** What refused and what would be needed, from a NOT_AUTHORISED problem. */
export const refusalOf = (problem: Problem, pack: WebParts["pack"]) => ({
  detail: sayRolesIn(problem.message),
  rules: sayRules(strings(problem.extra["rules"]), pack),
  needed: strings(problem.extra["needed"]).map(sayRolesIn),
  policyPack: pack.id,
});

const titleOf = <Name extends string>(meanings: readonly Meaning<Name>[], name: Name | null): string =>
  meanings.find((one) => one.name === name)?.title ?? "not stated";

/** The sites of one page of results, with how many reads each has there; most first. */
export function sitesOf(items: readonly FoundRead[]): readonly (Marked & { id: number })[] {
  const sites = new Map<number, Marked & { id: number }>();
  for (const { nrd, position } of items) {
    const known = sites.get(nrd.id);
    sites.set(nrd.id, { id: nrd.id, name: nrd.name, ...position, weight: (known?.weight ?? 0) + 1 });
  }
  return [...sites.values()].sort((a, b) => b.weight - a.weight || a.id - b.id);
}

/** What the results page says: count first, then one page (INV-6), and what allowed it. */
export function enquiryView(answer: Answer, outline: Outline, pack: WebParts["pack"]) {
  const sites = sitesOf(answer.items);
  const count = answer.count.toLocaleString("en-GB");
  const shown = answer.before + answer.items.length;
  return {
    pageTitle: `${count} ${answer.count === 1 ? "read" : "reads"}`,
    count,
    countWord: answer.count === 1 ? "read" : "reads",
    empty: answer.count === 0,
    first: answer.before === 0,
    question: sayQuestion(answer.question),
    reason: answer.reason,
    grant: {
      authority: answer.grant.authority,
      policyPack: answer.grant.policyPack,
      expires: sayTime(answer.grant.expires),
      rules: sayBasis(answer.grant.rules, pack),
      purpose: titleOf(PURPOSE_MEANINGS, answer.grant.purpose),
      level: titleOf(LEVEL_MEANINGS, answer.grant.level),
      viewLimit: answer.grant.viewLimit.toLocaleString("en-GB"),
    },
    atLimit: answer.next !== null && shown >= answer.grant.viewLimit,
    reads: answer.items.map((read) => ({
      href: paths.read(read.id, answer.enquiry),
      road: sayRoad(read.nrd),
      vrm: read.vrm === null ? "No VRM" : displayVrm(read.vrm),
      captured: sayTime(read.captured),
      nrd: { ...read.nrd, href: paths.nrd(read.nrd.id) },
      lane: read.lane === null ? "" : String(read.lane),
      confidence: read.confidence === null ? "not said" : String(read.confidence),
    })),
    sites: sites.map((site) => ({ ...site, href: paths.nrd(site.id) })),
    map: siteMap(outline, sites, "Where the reads on this page were captured"),
    next:
      answer.next === null || shown >= answer.grant.viewLimit
        ? ""
        : paths.enquiry(answer.enquiry, answer.next),
    start: paths.enquiry(answer.enquiry),
  };
}
