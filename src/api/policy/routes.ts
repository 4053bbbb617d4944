import { z } from "zod";
import type { PolicyRule } from "../../policy/cedar/rules.ts";
import type { PackRecord } from "../../policy/pack-store.ts";
import type { ChangedRule, PackValue } from "../../policy/pack/difference.ts";
import { ROUTES } from "../paths.ts";
import { askedTime, pageOf, reason, time, timeText, nameSchemas, role } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { callerOf } from "../http/access.ts";
import { PACK_FILES } from "../../policy/policy-pack.ts";

const tags = ["policy"];
const digest = z.string().regex(/^[0-9a-f]{64}$/, "is not the digest of a pack");

const ruleView = z.object({
  name: z.string(),
  effect: z.enum(["permit", "forbid"]),
  actions: z.array(z.string()).describe("What it speaks about"),
  says: z.string(),
  source: z.string(),
  needed: z.string().describe("What somebody it refuses would need; {…} is a number of the pack"),
  text: z.string().describe("The sentence itself, in Cedar"),
});

const policyView = z.object({
  id: z.string(),
  digest: z.string().describe("SHA-256 over its files"),
  rules: z.array(ruleView),
  numbers: z.looseObject({}).describe("numbers.json of the pack"),
  folderDiffers: z.string().nullable().describe("Why the pack of the folder is not in force"),
  restartNeeded: z.boolean().describe("Numbers that parts took at their start wait for a restart"),
});

const versionView = z.object({
  digest: z.string(),
  id: z.string(),
  state: z.enum(["proposed", "approved", "refused"]),
  proposedBy: z.string().nullable().describe("Null: it came with the installation"),
  proposedAt: time,
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  reason: z.string(),
  effectiveFrom: time,
});

const value = z.union([z.string(), z.number(), z.boolean()]);
const packValue = z.union([value, z.array(value)]).nullable();
const file = z.enum(PACK_FILES);

const packView = versionView.extend({
  texts: z.record(file, z.string()).describe("The whole texts of its files"),
  comparedWith: z.string().describe("Digest of the pack in force, which `difference` starts from"),
  unreadable: z.string().nullable().describe("Why this version of the program cannot apply it"),
  difference: z
    .strictObject({
      added: z.array(ruleView),
      removed: z.array(ruleView),
      changed: z.array(
        z.strictObject({
          name: z.string(),
          decides: z.boolean().describe("False: only its words differ"),
          before: ruleView,
          after: ruleView,
        }),
      ),
      numbers: z.array(z.strictObject({ path: z.string(), before: packValue, after: packValue })),
      permissions: z
        .array(z.strictObject({ action: z.string(), gain: z.array(role), lose: z.array(role) }))
        .describe("What the sentences about roles come to"),
      elsewhere: z
        .array(file)
        .describe("Files that differ in comments, order or the facts sentences may look at"),
    })
    .nullable()
    .describe("How it differs from the pack in force; null where it cannot be applied"),
});
nameSchemas({ PolicyRule: ruleView, Policy: policyView, PolicyVersion: versionView, PolicyPack: packView });

const presentRule = ({ name, effect, actions, says, source, needed, text }: PolicyRule) => ({
  name,
  effect,
  actions: [...actions],
  says,
  source,
  needed,
  text,
});

const presentChange = ({ name, decides, before, after }: ChangedRule) => ({
  name,
  decides,
  before: presentRule(before),
  after: presentRule(after),
});

const present = (record: PackRecord): z.infer<typeof versionView> => ({
  digest: record.digest,
  id: record.id,
  state: record.state,
  proposedBy: record.proposedBy?.username ?? null,
  proposedAt: timeText(record.proposedAt),
  decidedBy: record.decidedBy?.username ?? null,
  decidedAt: record.decidedAt === null ? null : timeText(record.decidedAt),
  reason: record.reason,
  effectiveFrom: timeText(record.effectiveFrom),
});

/** The law as data: what is in force, and changing it by two people (RET-4). */
export function policy(scope: Scope, { rooms }: ServerOptions): void {
  scope.get(
    ROUTES.policy,
    {
      config: { access: "signed-in" },
      schema: { tags, summary: "The policy pack in force", response: { 200: policyView } },
    },
    async () => {
      const { pack, folderDiffers, restartNeeded } = rooms.policy;
      return {
        id: pack.id,
        digest: pack.digest,
        rules: pack.rules.map(presentRule),
        numbers: JSON.parse(pack.texts["numbers.json"]) as Record<string, unknown>,
        folderDiffers,
        restartNeeded,
      };
    },
  );

  scope.get(
    ROUTES.policyPacks,
    {
      config: { access: "signed-in" },
      schema: { tags, summary: "Packs on record, newest first", response: { 200: pageOf(versionView) } },
    },
    async () => ({ items: (await rooms.policy.versions()).map(present), next: null }),
  );

  scope.post(
    ROUTES.policyPacks,
    {
      config: { access: "policy.propose", stepUp: true },
      schema: {
        tags,
        summary: "Propose the pack in a folder beside the one in force",
        body: z.strictObject({
          folder: z.string().min(1).max(50).describe("Its name, for example `uk`"),
          reason,
          effectiveFrom: askedTime.describe("When it is to take over, once another person has approved it"),
        }),
        response: { 201: versionView },
      },
    },
    async (request, reply) =>
      reply.code(201).send(present(await rooms.policy.propose(request.body, callerOf(request)))),
  );

  scope.get(
    ROUTES.policyPack,
    {
      config: { access: "signed-in" },
      schema: {
        tags,
        summary: "A pack on record: its texts, and what it says otherwise than the one in force",
        params: z.object({ digest }),
        response: { 200: packView },
      },
    },
    async (request) => {
      const { record, inForce, difference, unreadable } = await rooms.policy.compare(request.params.digest);
      return {
        ...present(record),
        texts: record.texts,
        comparedWith: inForce.digest,
        unreadable,
        difference: difference && {
          added: difference.added.map(presentRule),
          removed: difference.removed.map(presentRule),
          changed: difference.changed.map(presentChange),
          numbers: difference.numbers.map(({ path, before, after }) => ({
            path,
            before: asJson(before),
            after: asJson(after),
          })),
          permissions: difference.permissions.map(({ action, gain, lose }) => ({
            action,
            gain: [...gain],
            lose: [...lose],
          })),
          elsewhere: [...difference.elsewhere],
        },
      };
    },
  );

  for (const [route, decision, summary] of [
    [ROUTES.policyPackApprove, "approved", "Approve a proposed pack, as another person than proposed it"],
    [ROUTES.policyPackRefuse, "refused", "Refuse a proposed pack"],
  ] as const) {
    scope.post(
      route,
      {
        config: { access: "policy.approve", stepUp: true },
        schema: {
          tags,
          summary,
          params: z.object({ digest }),
          body: z.strictObject({
            reason,
            comparedWith: digest
              .optional()
              .describe("As in the pack that was looked at; when another pack took over since, CONFLICT"),
          }),
          response: { 200: versionView },
        },
      },
      async (request) => {
        const { params, body } = request;
        return present(
          await rooms.policy.decide(params.digest, { state: decision, ...body }, callerOf(request)),
        );
      },
    );
  }
}

const asJson = (value: PackValue | null) =>
  typeof value === "object" && value !== null ? [...value] : value;
