import { z } from "zod";
import type { AuditCategory } from "./head.ts";
import type { AuditOutcome } from "./outcome.ts";

/** What any entry may have beside its act's own members: how it ended, and by which rules. */
export const ENDING = {
  /** How many things were shown or changed. */
  count: z.number().int().nullable().optional(),
  /** Names of the sentences that allowed or refused it, and the pack they stand in. */
  rules: z.array(z.string()).readonly().optional(),
  policyPack: z.string().optional(),
  policyPackDigest: z.string().optional(),
  /** Stable codes of what was wrong. */
  codes: z.array(z.string()).readonly().optional(),
};
/** Of how anything ended: names and numbers of ours, nothing that somebody gave. */
export const OPEN_ENDING = ["count", "rules", "policyPack", "policyPackDigest"] as const;
type Ending = z.infer<z.ZodObject<typeof ENDING>>;
/** The members of an act, and those of any ending. */
type Whole<Shape extends z.ZodRawShape> = (keyof Shape extends never ? object : z.infer<z.ZodObject<Shape>>) &
  Ending;

/** Something that people or the service do, as the log has it (AUD-1). Made by `act`, listed in `acts.ts`. */
export interface Act<Name extends string = string, Subject extends object = object> {
  readonly name: Name;
  /** The head of section 62 and of AUD-1 it stands under. */
  readonly head: AuditCategory;
  /** What its entries are about; a member that is not here cannot be logged. */
  readonly subject: z.ZodType<Subject>;
  /**
   * Members that say nothing about a person or a vehicle, and stand in the leaf as they are where it was done or allowed; every
   * other is sealed.
   */
  readonly open: ReadonlySet<string>;
  /** Members that say which vehicle was where: they are redacted when the reads they tell of are deleted (RET-9). */
  readonly vehicle: readonly string[];
  /** How it ended where it is over when it is told, as a refusal at the door is; `done` unless the table says otherwise. */
  readonly outcome: AuditOutcome;
  /** What happened, to follow a name or "You": `acknowledged the hit 12`. Older entries may lack any member. */
  readonly say: (subject: Partial<Subject>) => string;
}

/** The subject of an act, as whoever does it gives it. */
export type SubjectOf<Done> = Done extends Act<string, infer Subject> ? Subject : never;

/** One act of the table: its subject is typed, its open members are members of it, and it has its sentence. */
export function act<const Name extends string, Shape extends z.ZodRawShape>(
  name: Name,
  spec: {
    readonly head: AuditCategory;
    readonly subject: z.ZodObject<Shape>;
    readonly open: readonly (keyof Shape & string)[];
    readonly vehicle?: readonly (keyof Shape & string)[];
    readonly outcome?: AuditOutcome;
    readonly say: (subject: Partial<Whole<Shape>>) => string;
  },
): Act<Name, Whole<Shape>> {
  return {
    name,
    head: spec.head,
    subject: z.strictObject({ ...ENDING, ...spec.subject.shape }) as unknown as z.ZodType<Whole<Shape>>,
    open: new Set<string>([...OPEN_ENDING, ...spec.open]),
    vehicle: spec.vehicle ?? [],
    outcome: spec.outcome ?? "done",
    say: spec.say,
  };
}
