import { z } from "zod";

const positive = z.number().int().positive();
const percent = z.number().positive().max(100);
const name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const sentence = z.string().min(10).max(300);

/** What protective monitoring looks for (ACC-5, ACC-8). */
export const SUSPICIONS = [
  "refusal-burst",
  "vrm-enumeration",
  "pages-past-limit",
  "impossible-sign-in",
  "enquiry-rate",
  "repeated-target",
] as const;

/** `numbers.json` of a pack: the numbers of the law and of our stricter defaults, each explained in docs/policy-pack.md. */
export const policyNumbersSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9.-]+$/),
    effectiveFrom: z.iso.date(),
    jurisdiction: z.string(),
    sources: z.string(),
    retention: z.strictObject({
      accessMonths: positive,
      deleteAfterDays: positive,
      quarantineDays: positive,
      pendingImageHours: positive,
      lateAfterHours: positive,
      /** Further ahead of what is known than this, the clock may be wrong, and deletion waits for a person. */
      clockLeapHours: positive,
      /** Days that are deleted in one night without anybody looking. */
      daysAtOnce: positive,
    }),
    time: z.strictObject({
      futureSkewSeconds: positive,
      promptWithinSeconds: positive,
      lateAfterSeconds: positive,
      mobileBreachAfterSeconds: positive,
      liveAlertWithinSeconds: positive,
    }),
    images: z.strictObject({ patchBytes: positive, overviewBytes: positive }),
    position: z.strictObject({ fixedMismatchMetres: positive }),
    reading: z.strictObject({
      /** What is sent, listed or asked for instead of a mark where there was none; spaces, hyphens and case do not count. */
      noPlateWords: z.array(z.string().min(2).max(20)),
    }),
    /** Faster than this no vehicle goes from one hit to another: one of the two plates is a copy. */
    hits: z.strictObject({ impossibleKmh: positive }),
    lists: z.strictObject({
      /** Different words that say something, of a list's purpose and of an entry's reason. */
      minimumPurposeWords: positive,
      minimumReasonWords: positive,
      /** An entry ends after so many days at the latest; one without an end, then. */
      maximumDays: positive,
      /** Reads a day that a pattern may be expected to match, going by those of the last days. */
      patternHitsPerDay: positive,
      patternDays: positive,
      /** What of an entry takes a second person to confirm it. */
      secondPerson: z.strictObject({
        priorities: z.array(z.enum(["high", "medium", "low"])),
        /** Words of an instruction, lower case. */
        instructionWords: z.array(z.string().regex(/^[a-z]+$/)),
        /** An entry without cameras or an area, which is matched everywhere. */
        nationalExtent: z.boolean(),
        /** An area that reaches further than this from its middle is as good as everywhere. */
        wideRadiusMetres: positive,
      }),
    }),
    /** A camera that lost so many reads within these hours is mended within these days. */
    cameras: z.strictObject({ lostReads: positive, lostWithinHours: positive, mendDays: positive }),
    enquiry: z.strictObject({
      pageLimit: positive,
      areaRadiusMetres: positive,
      areaHours: positive,
      maximumNrds: positive,
      /** Under an authority, and for a stated case. */
      minimumReasonWords: positive,
      minimumCaseReasonWords: positive,
      /** Under an authority that names no vehicle, no place and no period. */
      minimumUnboundedReasonWords: positive,
      partialMinimumCharacters: positive,
      grantMinutes: positive,
    }),
    access: z.strictObject({
      ordinaryDays: positive,
      authorityDays: positive,
      oralConfirmHours: positive,
      minimumReasonWords: positive,
      viewLimit: positive,
      exportLimit: positive,
      /** Of one person in 24 hours. */
      enquiriesPerDay: positive,
      rowsPerDay: positive,
      /** A closed hit may be looked at without a reason for so long after its capture, and after it was closed. */
      hitsInHandHours: positive,
      emptyPhrases: z.array(z.string().min(1)),
      /** Lowest first. */
      ranks: z.array(z.string().min(1)).min(1),
      olderDataRank: z.string(),
      exceptionalRank: z.string(),
      /** What an approver may rely on for older reads of priority and volume crime; a closed set. */
      exceptionalCriteria: z
        .array(z.strictObject({ name, title: z.string().min(3).max(60), meaning: sentence }))
        .min(1),
    }),
    accounts: z.strictObject({
      idleSuspendDays: positive,
      reviewDays: positive,
      leaverHours: positive,
      roleChangeReviewDays: positive,
      trainingMonths: positive,
      minimumPasswordLength: positive,
      enrolmentHours: positive,
      recoveryCodes: positive,
      /** Lowest first. */
      vetting: z.array(z.string().min(1)).min(1),
      minimumVetting: z.strictObject({ user: z.string(), oversight: z.string(), administrator: z.string() }),
    }),
    session: z.strictObject({
      idleMinutes: positive,
      absoluteHours: positive,
      /** Wrong attempts at one username from one network before that pair waits. */
      signInFailures: positive,
      lockMinutes: positive,
      stepUpMinutes: positive,
      /** Wrong attempts from one network at any username before the network waits. */
      networkFailures: positive,
      /** Wrong attempts at one username from all networks before they all wait; known devices do not. */
      accountFailures: positive,
    }),
    monitoring: z.array(
      z.strictObject({
        name,
        kind: z.enum(SUSPICIONS),
        count: positive,
        minutes: positive,
        effect: z.enum(["suspend", "flag"]),
        why: sentence,
      }),
    ),
    audit: z.strictObject({
      keepYears: positive,
      collectionMinutes: positive,
      samplePercent: percent,
      sampleMinimum: positive,
      nationalRecheckPercent: percent,
      findingDays: positive,
      checklist: z.array(z.strictObject({ id: name, question: sentence })).min(1),
    }),
  })
  .check(({ value, issues }) => {
    const wrong = (message: string): void => void issues.push({ code: "custom", message, input: value });
    const { retention, access, accounts, enquiry, monitoring, audit } = value;
    if (retention.deleteAfterDays < retention.accessMonths * 31 - 31)
      wrong(`data would be deleted before the ${retention.accessMonths} months of access end`);
    if (access.ordinaryDays > retention.accessMonths * 28)
      wrong("access.ordinaryDays reaches beyond retention.accessMonths");
    if (access.viewLimit < enquiry.pageLimit) wrong("access.viewLimit is less than one page");
    for (const rank of [access.olderDataRank, access.exceptionalRank])
      if (!access.ranks.includes(rank)) wrong(`access.ranks has no ${rank}`);
    for (const level of Object.values(accounts.minimumVetting))
      if (!accounts.vetting.includes(level)) wrong(`accounts.vetting has no ${level}`);
    for (const named of [
      monitoring.map((rule) => rule.name),
      access.exceptionalCriteria.map((criterion) => criterion.name),
      audit.checklist.map(({ id }) => id),
    ])
      if (new Set(named).size !== named.length) wrong(`a name stands twice in ${named.join(", ")}`);
  });

export type PolicyNumbers = z.infer<typeof policyNumbersSchema>;
