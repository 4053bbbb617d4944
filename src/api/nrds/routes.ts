import { z } from "zod";
import { NRD_ACTION_NAMES, type NrdAction } from "../../estate/nrd-actions.ts";
import { mapPage } from "../../flow/page.ts";
import { NRD_STATES, NRD_TYPES } from "../../read/nrd.ts";
import { csvFile, csvQuery, isCsv, parseJson, sendVerdicts } from "../http/csv-body.ts";
import { ROUTES } from "../paths.ts";
import { nameSchemas, numericId, pageOf, paging, reason, rowVerdict } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { nrdView, presentNrd } from "./present.ts";
import { callerOf } from "../http/access.ts";

const params = z.object({ id: numericId });
const part = z.int().min(0).max(2_147_483_647);
const text = z.string().trim().max(200);
const newNrd = z.strictObject({
  feed: part,
  source: part,
  camera: part,
  name: text.min(1),
  type: z.enum(NRD_TYPES),
  road: text.default(""),
  direction: text.default(""),
  lane: z.int().min(1).max(32).nullable().default(null),
  position: z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }),
  deviceKey: text.min(1).nullable().default(null),
  dailyReads: z.int().min(0).max(10_000_000).nullable().default(null),
});
nameSchemas({ NewNrd: newNrd });
const tags = ["estate"];

/** The named changes of state and where they are asked for (NAI-6: only `live` collects). */
const ACTIONS: Readonly<Record<NrdAction, { url: string; summary: string }>> = {
  "go-live": { url: ROUTES.nrdGoLive, summary: "Start to collect" },
  suspend: { url: ROUTES.nrdSuspend, summary: "Stop collecting for a while" },
  resume: { url: ROUTES.nrdResume, summary: "Collect again" },
  "report-faulty": { url: ROUTES.nrdReportFaulty, summary: "Set apart what it sends until it is mended" },
  decommission: { url: ROUTES.nrdDecommission, summary: "Stop collecting for ever" },
};

/** The register of number plate reading devices (NAI-6, READ-1). */
export function nrds(scope: Scope, { rooms }: ServerOptions): void {
  const see = { access: "estate.see" } as const;
  const manage = { access: "estate.manage" } as const;

  scope.get(
    ROUTES.nrds,
    {
      config: see,
      schema: {
        tags,
        summary: "NRDs, by name",
        querystring: paging.extend({
          search: z.string().trim().min(1).max(100).optional(),
          state: z.enum(NRD_STATES).optional(),
        }),
        response: { 200: pageOf(nrdView) },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      return mapPage(await rooms.nrds.list(filter, { limit, cursor }, callerOf(request)), presentNrd);
    },
  );

  scope.post(
    ROUTES.nrds,
    {
      config: { ...manage, csvOrJson: newNrd },
      schema: {
        tags,
        summary: "Propose an NRD, or import many as text/csv",
        description: "JSON answers 201 with the NRD; CSV answers 200 with a verdict for each row.",
        querystring: csvQuery,
        response: {
          201: nrdView,
          200: z.object({ results: z.array(rowVerdict), summary: z.record(z.string(), z.int()) }),
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (isCsv(request.headers["content-type"]))
        return sendVerdicts(reply, await rooms.nrds.importCsv(csvFile(request), caller));
      const proposed = parseJson(newNrd, request.body);
      return reply.code(201).send(presentNrd(await rooms.nrds.propose(proposed, caller)));
    },
  );

  scope.get(
    ROUTES.nrd,
    { config: see, schema: { tags, summary: "One NRD", params, response: { 200: nrdView } } },
    async (request) => presentNrd(await rooms.nrds.find(request.params.id, callerOf(request))),
  );

  for (const action of NRD_ACTION_NAMES) {
    const { url, summary } = ACTIONS[action];
    scope.post(
      url,
      {
        config: manage,
        schema: { tags, summary, params, body: z.strictObject({ reason }), response: { 200: nrdView } },
      },
      async (request) => {
        const { params: asked, body } = request;
        return presentNrd(await rooms.nrds.change(asked.id, action, body.reason, callerOf(request)));
      },
    );
  }
}
