import type { AuditEntry } from "../../audit/audit-log.ts";
import { auditCategory } from "../../audit/vocabulary.ts";
import { sayEntry } from "../../audit/words.ts";
import type { Charts, EntryInFull, ExportLine } from "../../oversight/entries.ts";
import type { FindingInFull, FindingSeen } from "../../oversight/findings.ts";
import type { ItemInFull, SampleSeen } from "../../oversight/samples.ts";
import type {
  AuditEntryInFull,
  AuditEntryView,
  ChartsView,
  FindingInFullView,
  FindingView,
  ItemView,
  SampleView,
} from "./views.ts";

/** An entry in the clear, with what its leaf commits to. */
export function presentAuditEntry(entry: AuditEntry): AuditEntryView {
  const { index, at, action, outcome, actor, organisation, subject, requestId, redacted, leafHash } = entry;
  const { fault, open } = entry;
  const members = Object.keys(subject);
  return {
    id: String(index),
    index,
    at: at.toISOString(),
    head: auditCategory(action),
    action,
    outcome,
    actor,
    organisation,
    words: fault === null ? sayEntry(entry) : `${sayEntry(entry)} – THIS IS NOT WHAT WAS LOGGED: ${fault}`,
    subject: { ...subject },
    requestId,
    redacted: [...redacted],
    leaf: {
      hash: leafHash.toString("base64"),
      fault,
      open: [...open],
      sealed: [
        "actor",
        ...(requestId === null ? [] : ["requestId"]),
        ...members.filter((member) => !open.includes(member)),
        ...redacted,
      ].filter((member, at, all) => all.indexOf(member) === at),
    },
  };
}

/** An entry with what belongs to it. */
export const presentEntryInFull = ({
  entry,
  neighbours,
  underAuthority,
  place,
}: EntryInFull): AuditEntryInFull => ({
  entry: presentAuditEntry(entry),
  neighbours: neighbours.map(presentAuditEntry),
  underAuthority: underAuthority.map(presentAuditEntry),
  place: place && { size: place.size, signedAt: place.signedAt.toISOString() },
});

/** A line of an export: a JSON object and a line feed. */
export const exportLine = (line: ExportLine): string =>
  `${JSON.stringify("entry" in line ? presentAuditEntry(line.entry) : { end: true, ...line })}\n`;

export const presentCharts = ({ from, to, organisation, ...figures }: Charts): ChartsView => ({
  from: from.toISOString(),
  to: to.toISOString(),
  organisation: organisation && { id: organisation.id, name: organisation.name },
  byLevel: [...figures.byLevel],
  byHour: [...figures.byHour],
  byPerson: [...figures.byPerson],
  refusals: [...figures.refusals],
  volume: [...figures.volume],
});

export const presentSample = ({ id, drawnAt, ...sample }: SampleSeen): SampleView => ({
  id: String(id),
  month: sample.month,
  organisation: sample.organisation,
  drawnAt: drawnAt.toISOString(),
  population: sample.population,
  seed: sample.seed,
  items: sample.items,
  strata: sample.strata,
  reviewed: sample.reviewed,
  rechecked: sample.rechecked,
  toRecheck: sample.toRecheck,
});

/** An enquiry under review. */
export const presentItem = ({ item, ...found }: ItemInFull): ItemView => ({
  id: String(item.id),
  month: item.month,
  organisation: item.organisation,
  stratum: item.stratum,
  task: found.task,
  entry: presentAuditEntry(found.entry),
  neighbours: found.neighbours.map(presentAuditEntry),
  underAuthority: found.underAuthority.map(presentAuditEntry),
  checklist: [...found.checklist],
  review: item.review && {
    by: item.review.by,
    at: item.review.at.toISOString(),
    answers: { ...item.review.answers },
  },
  recheck: item.secondLook && { ...item.secondLook, at: item.secondLook.at.toISOString() },
});

export const presentFinding = (finding: FindingSeen): FindingView => ({
  id: String(finding.id),
  organisation: finding.organisation,
  title: finding.title,
  state: finding.state,
  overdue: finding.overdue,
  owner: { username: finding.owner.username, fullName: finding.owner.fullName },
  about: finding.about,
  entry: finding.entry === null ? null : String(finding.entry),
  item: finding.item === null ? null : String(finding.item),
  opened: { by: finding.openedBy, at: finding.openedAt.toISOString() },
  due: finding.dueAt.toISOString(),
  closed: finding.closedAt === null ? null : finding.closedAt.toISOString(),
});

export const presentFindingInFull = (finding: FindingInFull): FindingInFullView => ({
  ...presentFinding(finding),
  history: finding.history.map((event) => ({ ...event, at: event.at.toISOString() })),
  mayChange: finding.mayChange,
  owners: finding.owners.map(({ username, fullName }) => ({ username, fullName })),
});
