import { z } from "zod";
import { AUDIT_HEADS } from "../../audit/head.ts";
import { ALL_ACTIONS, type AuditAction } from "../../audit/vocabulary.ts";
import { ANSWERS } from "../../oversight/checklist.ts";
import { FINDING_STATES } from "../../oversight/finding.ts";
import { STRATA } from "../../oversight/sample.ts";
import { time, nameSchemas } from "../schemas.ts";

/** What the API shows of the log and of the work of auditors, as schema and type. */
export const HEADS = AUDIT_HEADS;
export const auditAction = z.enum(ALL_ACTIONS as unknown as [AuditAction, ...AuditAction[]]);
export const OUTCOMES = ["asked", "allowed", "refused", "done", "failed"] as const;

export const auditEntryView = z.strictObject({
  id: z.string().describe("Its leaf index, as in /v1/audit/{id}"),
  index: z.int().describe("Its place in the log, from 0, for ever"),
  at: time,
  head: z.enum(HEADS).describe("Its head under section 62"),
  action: auditAction,
  outcome: z.enum(OUTCOMES),
  actor: z.string().describe("Username, or the name of a job; empty where it was redacted"),
  organisation: z.int().nullable(),
  words: z.string().describe("What happened, to follow the actor's name"),
  subject: z.looseObject({}),
  requestId: z.string().nullable(),
  redacted: z
    .array(z.string())
    .describe("Members whose values were taken out; the leaf still commits to them"),
  leaf: z
    .strictObject({
      hash: z.string().describe("RFC 6962 leaf hash, base64"),
      fault: z
        .string()
        .nullable()
        .describe("Why the entry as kept is not what the leaf commits to: it was changed. Null: it is"),
      open: z.array(z.string()).describe("Members that stand in the leaf as they are"),
      sealed: z.array(z.string()).describe("Members the leaf holds a salted commitment to"),
    })
    .describe("What the leaf commits to, besides index, time, head, action, outcome and organisation"),
});
export type AuditEntryView = z.infer<typeof auditEntryView>;

export const auditEntryInFull = z.strictObject({
  entry: auditEntryView,
  neighbours: z.array(auditEntryView).describe("Other entries of the same request and enquiry, in order"),
  underAuthority: z.array(auditEntryView).describe("The latest entries under the same authority"),
  place: z
    .strictObject({ size: z.int(), signedAt: time })
    .nullable()
    .describe("The newest checkpoint, in which its place was proved just now; null while none covers it"),
});
export type AuditEntryInFull = z.infer<typeof auditEntryInFull>;

const organisation = z.strictObject({ id: z.int(), name: z.string() });
const bar = z.strictObject({ name: z.string(), count: z.int() });

export const chartsView = z.strictObject({
  from: time,
  to: time,
  organisation: organisation.nullable().describe("Null: all of them"),
  byLevel: z.array(bar),
  byHour: z.array(bar).describe("UK clocks"),
  byPerson: z.array(bar).describe("Of one organisation only"),
  refusals: z.array(bar).describe("By the rule that refused"),
  volume: z.array(
    z.strictObject({ day: z.iso.date(), enquiries: z.int(), pages: z.int(), exports: z.int() }),
  ),
});
export type ChartsView = z.infer<typeof chartsView>;

export const sampleView = z.strictObject({
  id: z.string(),
  month: z.string().describe("YYYY-MM, UTC"),
  organisation,
  drawnAt: time,
  population: z.int().describe("Enquiries of the month"),
  seed: z
    .strictObject({ size: z.int(), root: z.string() })
    .describe("The first checkpoint after the month: whoever has the enquiries can draw the sample again"),
  items: z.int(),
  strata: z.strictObject(Object.fromEntries(STRATA.map((stratum) => [stratum, z.int()]))),
  reviewed: z.int(),
  rechecked: z.int(),
  toRecheck: z.int().nullable().describe("Null for those whose reviews may be among them"),
});
export type SampleView = z.infer<typeof sampleView>;

const answer = z.strictObject({ answer: z.enum(ANSWERS), note: z.string().trim().max(1_000).default("") });
export const answersBody = z.record(z.string().max(64), answer);

export const itemView = z.strictObject({
  id: z.string(),
  month: z.string(),
  organisation,
  stratum: z.enum(STRATA),
  task: z.enum(["review", "recheck"]).nullable().describe("What the asker has to do with it now"),
  entry: auditEntryView,
  neighbours: z.array(auditEntryView).describe("Everything done under that enquiry, in order"),
  underAuthority: z.array(auditEntryView).describe("What the log says about the authority relied on"),
  checklist: z.array(z.strictObject({ id: z.string(), question: z.string() })),
  review: z.strictObject({ by: z.string(), at: time, answers: z.record(z.string(), answer) }).nullable(),
  recheck: z.strictObject({ by: z.string(), at: time, agrees: z.boolean(), note: z.string() }).nullable(),
});
export type ItemView = z.infer<typeof itemView>;

export const findingView = z.strictObject({
  id: z.string(),
  organisation,
  title: z.string(),
  state: z.enum(FINDING_STATES),
  overdue: z.boolean(),
  owner: z.strictObject({ username: z.string(), fullName: z.string() }),
  about: z.string().nullable().describe("Username of who is looked at"),
  entry: z.string().nullable().describe("Id of the log entry"),
  item: z.string().nullable().describe("Id of the sample item whose review opened it"),
  opened: z.strictObject({ by: z.string(), at: time }),
  due: time,
  closed: time.nullable(),
});
export type FindingView = z.infer<typeof findingView>;

export const findingInFull = findingView.extend({
  history: z.array(
    z.strictObject({ at: time, by: z.string(), state: z.enum(FINDING_STATES), note: z.string() }),
  ),
  mayChange: z.boolean(),
  owners: z.array(z.strictObject({ username: z.string(), fullName: z.string() })),
});
export type FindingInFullView = z.infer<typeof findingInFull>;
nameSchemas({
  AuditAction: auditAction,
  AuditEntry: auditEntryView,
  AuditEntryInFull: auditEntryInFull,
  OrganisationNamed: organisation,
  Bar: bar,
  PatternsOfUse: chartsView,
  Sample: sampleView,
  ChecklistAnswer: answer,
  SampleItem: itemView,
  Finding: findingView,
  FindingInFull: findingInFull,
});
