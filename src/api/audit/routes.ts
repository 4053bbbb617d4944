import { Readable } from "node:stream";
import {
  exportLine,
  presentAuditEntry,
  presentCharts,
  presentEntryInFull,
  presentFinding,
  presentFindingInFull,
  presentItem,
  presentSample,
} from "./present.ts";
import { mapPage } from "../../flow/page.ts";
import { z } from "zod";
import {
  auditAction,
  auditEntryInFull,
  auditEntryView,
  chartsView,
  findingInFull,
  findingView,
  HEADS,
  answersBody,
  itemView,
  OUTCOMES,
  sampleView,
} from "./views.ts";
import type { ExportLine } from "../../oversight/entries.ts";
import { FINDING_STATES } from "../../oversight/finding.ts";
import { ROUTES } from "../paths.ts";
import { askedTime, id, numericId, pageOf, paging, reason, nameSchemas } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { callerOf } from "../http/access.ts";

const tags = ["audit"];
const params = z.object({ id });
const organisation = numericId.max(2 ** 31 - 1).optional();
const name = z.string().trim().min(1).max(200);
const reasonOfLook = reason.optional().describe("The Commissioner gives one with every look; it is recorded");
const question = paging.extend({
  actor: name.optional(),
  vrm: z.string().trim().min(1).max(64).optional(),
  authority: name.optional(),
  nrd: numericId.max(2 ** 31 - 1).optional(),
  action: auditAction.optional(),
  head: z.enum(HEADS).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  from: askedTime.optional(),
  to: askedTime.optional().describe("Exclusive"),
  organisation,
  reason: reasonOfLook,
});
const exported = question.extend({
  limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
  reason: reason.describe("Recorded with the export"),
});
const note = z.string().trim().max(2_000);
const task = z.strictObject({ item: itemView.nullable().describe("Null: nothing is waiting") });
nameSchemas({ ReviewTask: task });

/** The log for those who audit, and everybody's own history (AUD-3 to AUD-6). */
export function audit(scope: Scope, { rooms }: ServerOptions): void {
  scope.get(
    ROUTES.audit,
    {
      config: { access: "audit.search" },
      schema: {
        tags,
        summary: "Search the log within one's remit, newest first; every search is an entry itself",
        querystring: question,
        response: { 200: pageOf(auditEntryView) },
      },
    },
    async (request) => {
      const { limit, cursor, reason: why, ...asked } = request.query;
      const page = await rooms.auditors.log.search(asked, why, { limit, cursor }, callerOf(request));
      return mapPage(page, presentAuditEntry);
    },
  );

  scope.get(
    ROUTES.auditExport,
    {
      config: { access: "audit.export", stepUp: true },
      schema: {
        tags,
        summary: "Take entries out: a JSON object a line, newest first; the last line counts them",
        produces: ["application/x-ndjson"],
        querystring: exported,
      },
    },
    async (request, reply) => {
      const { limit, cursor, reason: why, ...asked } = request.query;
      const lines = await rooms.auditors.log.export(asked, why, { limit, cursor }, callerOf(request));
      return reply
        .type("application/x-ndjson")
        .header("content-disposition", 'attachment; filename="audit-log.ndjson"')
        .serializer((body: unknown) => body as string)
        .send(Readable.from(written(lines)));
    },
  );

  scope.get(
    ROUTES.auditCharts,
    {
      config: { access: "audit.charts" },
      schema: {
        tags,
        summary: "Patterns of use over a period",
        querystring: z.strictObject({
          from: askedTime,
          to: askedTime,
          organisation,
          reason: reasonOfLook,
        }),
        response: { 200: chartsView },
      },
    },
    async (request) => {
      const { reason: why, ...period } = request.query;
      return presentCharts(await rooms.auditors.log.charts(period, why, callerOf(request)));
    },
  );

  scope.get(
    ROUTES.auditEntry,
    {
      config: { access: "audit.search" },
      schema: {
        tags,
        summary: "One entry, what belongs to it, and the checkpoint that proves it",
        params,
        querystring: z.strictObject({ reason: reasonOfLook }),
        response: { 200: auditEntryInFull },
      },
    },
    async (request) =>
      presentEntryInFull(
        await rooms.auditors.log.entry(request.params.id, request.query.reason, callerOf(request)),
      ),
  );

  scope.get(
    ROUTES.history,
    {
      config: { access: "signed-in" },
      schema: {
        tags,
        summary: "What the log says of oneself, newest first",
        querystring: paging,
        response: { 200: pageOf(auditEntryView) },
      },
    },
    async (request) => {
      const page = await rooms.auditors.log.history(request.query, callerOf(request));
      return mapPage(page, presentAuditEntry);
    },
  );

  scope.get(
    ROUTES.findings,
    {
      config: { access: "audit.search" },
      schema: {
        tags,
        summary: "Findings, newest first",
        querystring: paging.extend({
          state: z.enum(FINDING_STATES).optional(),
          overdue: z.stringbool().optional(),
          reason: reasonOfLook,
        }),
        response: { 200: pageOf(findingView) },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const page = await rooms.auditors.findings.list(filter, { limit, cursor }, callerOf(request));
      return mapPage(page, presentFinding);
    },
  );

  scope.post(
    ROUTES.findings,
    {
      config: { access: "audit.review" },
      schema: {
        tags,
        summary: "Open a finding about an entry of the log",
        body: z.strictObject({
          entry: z.string().max(15),
          title: z.string().trim().min(3).max(200),
          note: note.min(3),
        }),
        response: { 201: findingInFull },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(presentFindingInFull(await rooms.auditors.findings.open(request.body, callerOf(request)))),
  );

  scope.get(
    ROUTES.finding,
    {
      config: { access: "audit.search" },
      schema: {
        tags,
        summary: "One finding with its history",
        params,
        querystring: z.strictObject({ reason: reasonOfLook }),
        response: { 200: findingInFull },
      },
    },
    async (request) =>
      presentFindingInFull(
        await rooms.auditors.findings.find(request.params.id, request.query.reason, callerOf(request)),
      ),
  );

  scope.post(
    ROUTES.findingChange,
    {
      config: { access: "audit.search" },
      schema: {
        tags,
        summary: "Settle it, open it again, or give it to another owner",
        params,
        body: z.strictObject({
          seen: z.enum(FINDING_STATES).describe("The state as it was seen"),
          state: z.enum(FINDING_STATES),
          note: note.min(3),
          owner: name.optional(),
        }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await rooms.auditors.findings.change(request.params.id, request.body, callerOf(request));
      return reply.code(204).send(undefined);
    },
  );
}

/** The month's samples: draw them, take the next, review it, look at a review again (AUD-3, AUD-4). */
export function auditSamples(scope: Scope, { rooms }: ServerOptions): void {
  const review = { access: "audit.review" } as const;
  const recheck = { access: "audit.recheck" } as const;

  scope.get(
    ROUTES.samples,
    {
      config: review,
      schema: {
        tags,
        summary: "Samples and how far they are, newest first",
        querystring: paging,
        response: { 200: pageOf(sampleView) },
      },
    },
    async (request) => {
      const page = await rooms.auditors.samples.list(request.query, callerOf(request));
      return mapPage(page, presentSample);
    },
  );

  scope.post(
    ROUTES.samples,
    {
      config: recheck,
      schema: {
        tags,
        summary: "Draw the samples of a month that is over; those drawn before stay",
        body: z.strictObject({ month: z.string().max(7) }),
        response: { 201: z.strictObject({ drawn: z.array(z.string()).describe("Organisations drawn for") }) },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send({ drawn: [...(await rooms.auditors.samples.draw(request.body.month, callerOf(request)))] }),
  );

  for (const [url, config, kind] of [
    [ROUTES.sampleNext, review, "review"],
    [ROUTES.recheckNext, recheck, "recheck"],
  ] as const) {
    scope.post(
      url,
      {
        config,
        schema: {
          tags,
          summary: kind === "review" ? "The next enquiry to review" : "The next review to look at again",
          response: { 200: task },
        },
      },
      async (request) => {
        const item = await rooms.auditors.samples.next(kind, callerOf(request));
        return { item: item && presentItem(item) };
      },
    );
  }

  scope.get(
    ROUTES.sampleItem,
    {
      config: review,
      schema: { tags, summary: "An enquiry under review", params, response: { 200: itemView } },
    },
    async (request) => presentItem(await rooms.auditors.samples.item(request.params.id, callerOf(request))),
  );

  scope.post(
    ROUTES.sampleReview,
    {
      config: review,
      schema: {
        tags,
        summary: 'The answers of the checklist; a "no" opens a finding',
        params,
        body: z.strictObject({ answers: answersBody }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await rooms.auditors.samples.review(request.params.id, request.body.answers, callerOf(request));
      return reply.code(204).send(undefined);
    },
  );

  scope.post(
    ROUTES.sampleRecheck,
    {
      config: recheck,
      schema: {
        tags,
        summary: "Whether the review holds; where not, a finding is opened",
        params,
        body: z.strictObject({ agrees: z.boolean(), note: note.default("") }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await rooms.auditors.samples.recheck(request.params.id, request.body, callerOf(request));
      return reply.code(204).send(undefined);
    },
  );
}

async function* written(lines: AsyncIterable<ExportLine>): AsyncGenerator<string> {
  for await (const line of lines) yield exportLine(line);
}
