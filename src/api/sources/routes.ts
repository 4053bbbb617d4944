import { z } from "zod";
import { mapPage } from "../../flow/page.ts";
import type { SourceChange } from "../../source/source.ts";
import { LONGEST_NAME, LONGEST_TEXT, MOST_NETWORKS } from "../../source/source-rules.ts";
import { callerOf } from "../http/access.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { ROUTES } from "../paths.ts";
import { day, id, line, nameSchemas, pageOf, paging, reason } from "../schemas.ts";
import { originOf } from "../session/visit-of.ts";
import {
  feedSourceView,
  givenSourceView,
  presentGiven,
  presentSource,
  presentTest,
  sourceTestView,
} from "./present.ts";

const tags = ["feed sources"];
const params = z.object({ id });
const name = line.min(1).max(LONGEST_NAME);
const networks = z.array(line.max(60)).max(MOST_NETWORKS);
const text = line.min(1).max(LONGEST_TEXT);
const agreement = z.strictObject({
  party: text,
  reference: text,
  purpose: text,
  legalBasis: text,
  from: day,
  until: day.describe("YYYY-MM-DD, included"),
  document: text.describe("Where the signed document is kept"),
});
const newSource = z.strictObject({
  name,
  organisation: line.min(1).max(200).optional().describe("A code; absent: one's own"),
  protocol: line.min(1).max(40).describe("native, bof2 or hikvision"),
  aggregator: z.boolean().default(false).describe("Sends for NRDs of several organisations"),
  byAddress: z.boolean().default(false).describe("Known by the address it sends from; BOF2 only"),
  hasPathKey: z.boolean().default(false).describe("A secret path, for devices that cannot send a token"),
  allowedNetworks: networks.default([]),
  positionUnit: z.enum(["degrees", "arc-minutes"]).default("degrees"),
  timeZone: line.min(1).max(60).default("Europe/London"),
  compoundReply: z.enum(["array", "string"]).default("array"),
  nrd: z.int().positive().max(2_147_483_647).nullable().default(null),
  agreement: agreement.nullable().default(null),
});
const seen = z.strictObject({ version: z.int().min(1).describe("As it was seen"), reason });
const changed = seen.extend({
  name: name.optional(),
  allowedNetworks: networks.optional(),
  agreement: agreement.nullable().optional(),
});
nameSchemas({ NewFeedSource: newSource, NewAgreement: agreement, FeedSourceChange: changed });

/** The sources that reads come from, each with its switch, secrets and agreement (READ-7). */
export function feedSources(scope: Scope, { rooms: { sources }, publicUrl }: ServerOptions): void {
  const see = { access: "source.see" } as const;
  const manage = { access: "source.manage", stepUp: true } as const;

  scope.get(
    ROUTES.feedSources,
    {
      config: see,
      schema: {
        tags,
        summary: "Feed sources, by id",
        querystring: paging.extend({ organisation: line.min(1).max(200).optional() }),
        response: { 200: pageOf(feedSourceView) },
      },
    },
    async (request) => {
      const { limit, cursor, organisation } = request.query;
      return mapPage(
        await sources.list({ organisation }, { limit, cursor }, callerOf(request)),
        presentSource,
      );
    },
  );

  scope.post(
    ROUTES.feedSources,
    {
      config: manage,
      schema: {
        tags,
        summary: "Add a feed source",
        description: "Answers with its token, secret path and address. They are never shown again.",
        body: newSource,
        response: { 201: givenSourceView },
      },
    },
    async (request, reply) => {
      const given = await sources.add(request.body, callerOf(request));
      return reply.code(201).send(presentGiven(given, originOf(request, publicUrl)));
    },
  );

  scope.get(
    ROUTES.feedSource,
    { config: see, schema: { tags, summary: "One feed source", params, response: { 200: feedSourceView } } },
    async (request) => presentSource(await sources.open(request.params.id, callerOf(request))),
  );

  scope.patch(
    ROUTES.feedSource,
    {
      config: manage,
      schema: {
        tags,
        summary: "Change its name, networks or agreement",
        params,
        body: changed,
        response: { 200: feedSourceView },
      },
    },
    async (request) => {
      const { version, reason: why, ...to } = request.body;
      const change = Object.fromEntries(
        Object.entries(to).filter(([, value]) => value !== undefined),
      ) as SourceChange;
      const { params: asked } = request;
      return presentSource(
        await sources.change(asked.id, change, { version, reason: why }, callerOf(request)),
      );
    },
  );

  scope.post(
    ROUTES.feedSourceTest,
    {
      config: see,
      schema: {
        tags,
        summary: "Whether it would be let in now, and what became of what it sent",
        params,
        body: z
          .strictObject({
            address: z.union([z.ipv4(), z.ipv6()]).optional().describe("To hold against its networks"),
          })
          .nullish(),
        response: { 200: sourceTestView },
      },
    },
    async (request) =>
      presentTest(await sources.test(request.params.id, request.body?.address, callerOf(request))),
  );

  for (const [to, url, summary] of [
    ["off", ROUTES.feedSourceSwitchOff, "Switch it off: its messages are turned away at once"],
    ["on", ROUTES.feedSourceSwitchOn, "Switch it on again"],
  ] as const)
    scope.post(
      url,
      { config: manage, schema: { tags, summary, params, body: seen, response: { 200: feedSourceView } } },
      async (request) =>
        presentSource(await sources.switch(request.params.id, to, request.body, callerOf(request))),
    );

  scope.post(
    ROUTES.feedSourceRenewSecret,
    {
      config: manage,
      schema: {
        tags,
        summary: "Make new secrets; the old ones work no longer",
        params,
        body: seen,
        response: { 200: givenSourceView },
      },
    },
    async (request) => {
      const given = await sources.renew(request.params.id, request.body, callerOf(request));
      return presentGiven(given, originOf(request, publicUrl));
    },
  );
}
