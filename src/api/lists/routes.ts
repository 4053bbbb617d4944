import type { Readable } from "node:stream";
import { z } from "zod";
import { isCsv, parseJson, sendVerdicts } from "../http/csv-body.ts";
import { PRIORITIES, type NewListEntry } from "../../list/list-entry.ts";
import { ROUTES } from "../paths.ts";
import { areaSchema } from "../../read/area-schema.ts";
import { askedTime, id, pageOf, paging, reason } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { entryView, listView, rowVerdict } from "../views.ts";
import { callerOf } from "../http/access.ts";

const text = (most: number) => z.string().trim().min(1).max(most);
const params = z.object({ id });
const newList = z.object({
  name: text(100),
  purpose: text(1_000),
  category: text(100).default("general"),
  priority: z.enum(PRIORITIES),
});
const newEntry = z.object({
  vrm: z.string().min(1).max(64).describe("A VRM, or a pattern with `?` and `*`"),
  reason: text(2_000),
  instruction: text(2_000).default("None given: check the images, report place and direction"),
  priority: z.enum(PRIORITIES).optional(),
  make: text(100).optional(),
  model: text(100).optional(),
  colour: text(100).optional(),
  warnings: text(2_000).optional(),
  validFrom: askedTime.optional(),
  validUntil: askedTime.optional(),
  scope: z
    .union([z.object({ nrds: z.array(z.int().positive()).max(1_000) }), z.object({ area: areaSchema })])
    .optional(),
});
const entries = z.union([newEntry, z.array(newEntry).min(1).max(10_000)]);
const tags = ["lists"];

/** Lists of vehicles of interest, as far as this issue takes them: make, fill, empty (VOI-1). */
export function lists(scope: Scope, { rooms }: ServerOptions): void {
  const see = { access: "list.see" } as const;
  const manage = { access: "list.manage" } as const;

  scope.get(
    ROUTES.lists,
    {
      config: see,
      schema: {
        tags,
        summary: "Lists of my organisation",
        querystring: paging,
        response: { 200: pageOf(listView) },
      },
    },
    async (request) => {
      const page = await rooms.lists.lists(callerOf(request), request.query);
      return { items: [...page.items], next: page.next };
    },
  );

  scope.post(
    ROUTES.lists,
    { config: manage, schema: { tags, summary: "Make a list", body: newList, response: { 201: listView } } },
    async (request, reply) => {
      const act = callerOf(request);
      reply.code(201);
      return rooms.lists.create(request.body, act);
    },
  );

  scope.get(
    ROUTES.list,
    { config: see, schema: { tags, summary: "One list", params, response: { 200: listView } } },
    async (request) => rooms.lists.find(callerOf(request), request.params.id),
  );

  scope.get(
    ROUTES.listEntries,
    {
      config: see,
      schema: {
        tags,
        summary: "Entries of a list",
        params,
        querystring: paging,
        response: { 200: pageOf(entryView) },
      },
    },
    async (request) => {
      const page = await rooms.lists.entries(request.params.id, request.query, callerOf(request));
      return { items: [...page.items], next: page.next };
    },
  );

  scope.post(
    ROUTES.listEntries,
    {
      config: { ...manage, csvOrJson: entries },
      schema: {
        tags,
        summary: "Add entries: one, many, or text/csv",
        description:
          "CSV: a heading row naming vrm, reason, instruction and, if wanted, priority, make, model, colour, warnings, valid_from, valid_until. Each row has its own verdict.",
        params,
        response: {
          200: z.object({
            results: z.array(rowVerdict),
            summary: z.record(z.string(), z.int()).optional(),
          }),
        },
      },
    },
    async (request, reply) => {
      const list = request.params.id;
      if (isCsv(request.headers["content-type"])) {
        const act = callerOf(request);
        return sendVerdicts(reply, rooms.lists.importCsv(list, request.body as Readable, act));
      }
      const added = [parseJson(entries, request.body)].flat();
      const act = callerOf(request);
      return { results: [...(await rooms.lists.add(list, added as NewListEntry[], act))] };
    },
  );

  scope.delete(
    ROUTES.listEntry,
    {
      config: manage,
      schema: {
        tags,
        summary: "Take an entry off a list",
        params: params.extend({ entry: id }),
        body: z.object({ reason }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { id: list, entry } = request.params;
      const act = callerOf(request);
      await rooms.lists.remove(list, entry, request.body.reason, act);
      return reply.code(204).send(undefined);
    },
  );
}
