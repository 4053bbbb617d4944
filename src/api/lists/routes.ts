import { z } from "zod";
import { csvFile, csvQuery, isCsv, parseJson, sendVerdicts } from "../http/csv-body.ts";
import { mapPage } from "../../flow/page.ts";
import { ENTRY_STATES, PRIORITIES, type NewListEntry } from "../../list/list-entry.ts";
import { ROUTES } from "../paths.ts";
import { areaSchema } from "../../read/area-schema.ts";
import { askedTime, id, nameSchemas, pageOf, paging, reason, rowVerdict } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { confirmView, entryView, listView, presentEntry, presentList } from "./present.ts";
import { callerOf } from "../http/access.ts";

const text = (most: number) => z.string().trim().min(1).max(most);
const params = z.object({ id });
const newList = z.strictObject({
  name: text(100),
  purpose: text(1_000),
  category: text(100).default("general"),
  priority: z.enum(PRIORITIES),
});
const newEntry = z.strictObject({
  vrm: z.string().min(1).max(64).describe("A VRM, or a pattern with `?` and `*`"),
  reason: text(2_000),
  instruction: text(2_000).default("None given: check the images, report place and direction"),
  priority: z.enum(PRIORITIES).optional(),
  make: text(100).optional(),
  model: text(100).optional(),
  colour: text(100).optional(),
  country: text(60).optional().describe("Of the VRM: ISO 3166-1, or its English name"),
  warnings: text(2_000).optional(),
  validFrom: askedTime.optional(),
  validUntil: askedTime.optional(),
  scope: z
    .union([
      z.strictObject({ nrds: z.array(z.int().positive()).max(1_000) }),
      z.strictObject({ area: areaSchema }),
    ])
    .optional(),
});
nameSchemas({ NewList: newList, NewListEntry: newEntry });
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
      return mapPage(await rooms.lists.lists(request.query, callerOf(request)), presentList);
    },
  );

  scope.post(
    ROUTES.lists,
    { config: manage, schema: { tags, summary: "Make a list", body: newList, response: { 201: listView } } },
    async (request, reply) => {
      reply.code(201);
      return presentList(await rooms.lists.create(request.body, callerOf(request)));
    },
  );

  scope.get(
    ROUTES.list,
    { config: see, schema: { tags, summary: "One list", params, response: { 200: listView } } },
    async (request) => presentList(await rooms.lists.find(request.params.id, callerOf(request))),
  );

  scope.get(
    ROUTES.listEntries,
    {
      config: see,
      schema: {
        tags,
        summary: "Entries of a list",
        params,
        querystring: paging.extend({ state: z.enum(ENTRY_STATES).optional() }),
        response: { 200: pageOf(entryView) },
      },
    },
    async (request) => {
      const { state, ...page } = request.query;
      const found = await rooms.lists.entries(request.params.id, { state }, page, callerOf(request));
      return mapPage(found, presentEntry);
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
          "CSV: a heading row naming vrm, reason, instruction and, if wanted, priority, make, model, colour, country, warnings, valid_from, valid_until. A heading with any other column is refused before any row. Each row has its own verdict.",
        params,
        querystring: csvQuery,
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
      const caller = callerOf(request);
      if (isCsv(request.headers["content-type"]))
        return sendVerdicts(reply, await rooms.lists.importCsv(list, csvFile(request), caller));
      const added = [parseJson(entries, request.body)].flat();
      return { results: [...(await rooms.lists.add(list, added as NewListEntry[], caller))] };
    },
  );

  scope.post(
    ROUTES.listConfirm,
    {
      config: manage,
      schema: {
        tags,
        summary: "Confirm entries that wait for a second person",
        description:
          "Entries that are matched everywhere, have high priority or tell to stop a vehicle wait for another person than who wrote them; until then nothing is matched against them.",
        params,
        body: z.strictObject({ entries: z.array(id).min(1).max(10_000) }),
        response: { 200: z.strictObject({ results: z.array(confirmView) }) },
      },
    },
    async (request) => {
      const { entries: asked } = request.body;
      return { results: [...(await rooms.lists.confirm(request.params.id, asked, callerOf(request)))] };
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
        body: z.strictObject({ reason }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { id: list, entry } = request.params;
      await rooms.lists.remove(list, entry, request.body.reason, callerOf(request));
      return reply.code(204).send(undefined);
    },
  );
}
