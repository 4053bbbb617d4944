import { z } from "zod";
import { QUARANTINE_CODES } from "../../ingest/outcome.ts";
import { sendJpeg } from "../reads/jpeg-reply.ts";
import { ROUTES } from "../paths.ts";
import { id, imageKind, pageOf, paging, reason } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { quarantinedInFull, quarantinedView } from "../views.ts";
import { callerOf } from "../http/access.ts";

const params = z.object({ id });
const body = z.object({ reason });
const tags = ["quarantine"];

/** Reads set apart: look into them, release them or discard them, with a reason (READ-4). */
export function quarantine(scope: Scope, { rooms }: ServerOptions): void {
  const see = { access: "quarantine.see" } as const;
  const decide = { access: "quarantine.decide" } as const;

  scope.get(
    ROUTES.quarantine,
    {
      config: see,
      schema: {
        tags,
        summary: "Reads set apart, newest first",
        querystring: paging.extend({ code: z.enum(QUARANTINE_CODES).optional() }),
        response: { 200: pageOf(quarantinedView) },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const page = await rooms.quarantine.list(filter, { limit, cursor }, callerOf(request));
      return { items: [...page.items], next: page.next };
    },
  );

  scope.get(
    ROUTES.quarantined,
    {
      config: see,
      schema: { tags, summary: "One read set apart", params, response: { 200: quarantinedInFull } },
    },
    async (request) => {
      return rooms.quarantine.find(request.params.id, callerOf(request));
    },
  );

  scope.get(
    ROUTES.quarantinedImage,
    {
      config: see,
      schema: {
        tags,
        summary: "Its image",
        produces: ["image/jpeg"],
        params: params.extend({ kind: imageKind }),
      },
    },
    async (request, reply) => {
      const { id: quarantined, kind } = request.params;
      return sendJpeg(reply, await rooms.quarantine.image(quarantined, kind, callerOf(request)));
    },
  );

  scope.post(
    ROUTES.quarantineRelease,
    {
      config: decide,
      schema: {
        tags,
        summary: "Take it for good data",
        params,
        body,
        response: { 200: z.object({ readId: z.string() }) },
      },
    },
    async (request) => {
      const quarantined = request.params.id;
      const act = callerOf(request);
      return rooms.quarantine.release(quarantined, request.body.reason, act);
    },
  );

  scope.post(
    ROUTES.quarantineDiscard,
    {
      config: decide,
      schema: { tags, summary: "Delete it", params, body, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const quarantined = request.params.id;
      const act = callerOf(request);
      await rooms.quarantine.discard(quarantined, request.body.reason, act);
      return reply.code(204).send(undefined);
    },
  );
}
