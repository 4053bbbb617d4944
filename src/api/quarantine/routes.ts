import { z } from "zod";
import { mapPage } from "../../flow/page.ts";
import { QUARANTINE_CODES } from "../../ingest/outcome.ts";
import { sendJpeg } from "../reads/jpeg-reply.ts";
import { ROUTES } from "../paths.ts";
import { id, imageKind, pageOf, paging, reason } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { presentCapture, presentHeld, quarantinedInFull, quarantinedView } from "./present.ts";
import { callerOf } from "../http/access.ts";

const params = z.object({ id });
const body = z.strictObject({ reason });
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
      return mapPage(await rooms.quarantine.list(filter, { limit, cursor }, callerOf(request)), presentHeld);
    },
  );

  scope.get(
    ROUTES.quarantined,
    {
      config: see,
      schema: { tags, summary: "One read set apart", params, response: { 200: quarantinedInFull } },
    },
    async (request) => {
      const held = await rooms.quarantine.find(request.params.id, callerOf(request));
      return { ...presentHeld(held), sent: presentCapture(held.capture) };
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
      return rooms.quarantine.release(request.params.id, request.body.reason, callerOf(request));
    },
  );

  scope.post(
    ROUTES.quarantineDiscard,
    {
      config: decide,
      schema: { tags, summary: "Delete it", params, body, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      await rooms.quarantine.discard(request.params.id, request.body.reason, callerOf(request));
      return reply.code(204).send(undefined);
    },
  );
}
