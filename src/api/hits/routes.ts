import { z } from "zod";
import { mapPage } from "../../flow/page.ts";
import { HIT_OUTCOMES, HIT_STATES, VERIFICATIONS } from "../../hit/life.ts";
import { PURPOSES } from "../../policy/purpose.ts";
import { PRIORITIES } from "../../list/list-entry.ts";
import { openHitStream } from "./stream.ts";
import { sendJpeg } from "../reads/jpeg-reply.ts";
import { ROUTES } from "../paths.ts";
import { askedTime, id, imageKind, pageOf, paging, nameSchemas } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { hitView, presentHit } from "./present.ts";
import { callerOf } from "../http/access.ts";

const params = z.object({ id });
const sequence = z.string().regex(/^\d{1,15}$/, "is not the id of an event");
/** Why somebody looks at hits that are no longer in hand (INV-7). */
const grounds = {
  purpose: z.enum(PURPOSES).optional().describe("For hits that are no longer in hand"),
  reason: z.string().trim().max(1_000).optional().describe("For hits that are no longer in hand"),
};
const why = z.strictObject(grounds);
const listQuery = paging.extend({
  state: z.enum(HIT_STATES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  list: id.optional(),
  since: askedTime.optional().describe("Captured at or after"),
  ...grounds,
});
const verifyBody = z.strictObject({ result: z.enum(VERIFICATIONS) });
const dispositionBody = z.strictObject({
  outcome: z.enum(HIT_OUTCOMES),
  note: z.string().trim().max(2_000).default(""),
});
nameSchemas({ HitVerification: verifyBody, HitDisposition: dispositionBody });
const tags = ["hits"];

/** Hits of the caller's organisation (VOI-1): look, acknowledge, verify, dispose, and the live stream. */
export function hits(scope: Scope, options: ServerOptions): void {
  const { rooms } = options;
  const see = { access: "hit.see" } as const;
  const answer = { access: "hit.act" } as const;

  scope.get(
    ROUTES.hits,
    {
      config: see,
      schema: {
        tags,
        summary: "Hits, newest first",
        description:
          "Without purpose and reason those in hand: not closed, or captured or closed within `access.hitsInHandHours` of the " +
          "policy pack. With both, all within the ordinary period; it counts as an enquiry.",
        querystring: listQuery,
        response: { 200: pageOf(hitView) },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      return mapPage(await rooms.hits.list(filter, { limit, cursor }, callerOf(request)), presentHit);
    },
  );

  scope.get(
    ROUTES.hitStream,
    {
      config: see,
      schema: {
        tags,
        summary: "Hits as they are raised, as server-sent events",
        description:
          "Events `hit` and `hit-state`, each with an id to resume from by Last-Event-ID or ?after=; a comment every 15 s; " +
          "`dropped` before the service closes a client that does not keep up.",
        querystring: z.object({ after: sequence.optional() }),
        headers: z.looseObject({ "last-event-id": sequence.optional() }),
        produces: ["text/event-stream"],
      },
    },
    async (request, reply) => {
      const after = request.headers["last-event-id"] ?? request.query.after ?? null;
      await openHitStream(request, reply, after, options, scope.streamPlaces);
    },
  );

  scope.get(
    ROUTES.hit,
    {
      config: see,
      schema: { tags, summary: "One hit", params, querystring: why, response: { 200: hitView } },
    },
    async (request) => {
      return presentHit(await rooms.hits.find(request.params.id, callerOf(request), request.query));
    },
  );

  scope.get(
    ROUTES.hitImage,
    {
      config: see,
      schema: {
        tags,
        summary: "An image of a hit",
        produces: ["image/jpeg"],
        params: params.extend({ kind: imageKind }),
        querystring: why,
      },
    },
    async (request, reply) => {
      const { id: hit, kind } = request.params;
      return sendJpeg(reply, await rooms.hits.image(hit, kind, callerOf(request), request.query));
    },
  );

  scope.post(
    ROUTES.hitAcknowledge,
    {
      config: answer,
      schema: { tags, summary: "Somebody is dealing with it", params, response: { 200: hitView } },
    },
    async (request) => {
      return presentHit(await rooms.hits.acknowledge(request.params.id, callerOf(request)));
    },
  );

  scope.post(
    ROUTES.hitVerify,
    {
      config: answer,
      schema: { tags, summary: "What the images show", params, body: verifyBody, response: { 200: hitView } },
    },
    async (request) => {
      const { result } = request.body;
      return presentHit(await rooms.hits.verify(request.params.id, result, callerOf(request)));
    },
  );

  scope.post(
    ROUTES.hitDisposition,
    {
      config: answer,
      schema: { tags, summary: "What came of it", params, body: dispositionBody, response: { 200: hitView } },
    },
    async (request) => {
      const { outcome, note } = request.body;
      return presentHit(await rooms.hits.dispose(request.params.id, outcome, note, callerOf(request)));
    },
  );
}
