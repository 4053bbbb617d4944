import { z } from "zod";
import { AUTHORITY_STATES } from "../../authority/authority-record.ts";
import { LEVELS, PURPOSES } from "../../policy/purpose.ts";
import { requireSecondFactor, callerOf } from "../http/access.ts";
import { authorityInFull, authorityView, presentAuthority, presentInFull } from "./present.ts";
import { ROUTES } from "../paths.ts";
import { askedTime, pageOf, paging, reason, nameSchemas } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";

/** Ids of NRDs are `integer` in the governed store. */
const LARGEST_ID = 2 ** 31 - 1;
const tags = ["authorities"];
const params = z.object({ id: z.string().min(1).max(100).describe("Id or reference") });
const listQuery = paging.extend({
  state: z.enum(AUTHORITY_STATES).optional(),
  mine: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("Only those I requested"),
});

/** Only sizes are checked here: the room names everything that is wrong at once. */
const requestBody = z.strictObject({
  reference: z.string().max(100).describe("Of the case or operation; unique"),
  purpose: z
    .string()
    .max(60)
    .describe(`One of ${PURPOSES.join(", ")}`),
  level: z
    .string()
    .max(60)
    .describe(`One of ${LEVELS.join(", ")}`),
  reason: z.string().max(2_000).describe("What is investigated, and what the reads are to show"),
  vrms: z.array(z.string().max(64)).max(100).optional().describe("Absent: any; these or a place are needed"),
  nrds: z.array(z.int().positive().max(LARGEST_ID)).max(500).optional(),
  area: z
    .strictObject({
      kind: z.literal("circle").optional(),
      centre: z.strictObject({ lat: z.number(), lon: z.number() }),
      radiusMetres: z.number(),
    })
    .optional(),
  from: askedTime.optional().describe("Captured at or after; absent: as far back as the rules allow"),
  to: askedTime.optional().describe("Captured before"),
  validFrom: askedTime.optional().describe("Absent: now"),
  validUntil: askedTime.optional().describe("Absent: as long as the rules allow"),
  holders: z
    .array(z.string().max(64))
    .max(50)
    .optional()
    .describe("Usernames; absent: everyone who may enquire"),
  oral: z
    .strictObject({ by: z.string().max(64).describe("Username"), at: askedTime })
    .optional()
    .describe(
      "Given by word of mouth in urgency: serves at once, and is confirmed in writing in time or withdrawn",
    ),
});
nameSchemas({ NewAuthority: requestBody });
const because = z.strictObject({ reason });
const approveBody = because.extend({
  exceptional: z.string().max(60).optional().describe("Name of an exceptional criterion of the policy pack"),
  until: askedTime.optional().describe("Absent: as asked for"),
});
const extendBody = because.extend({ until: askedTime });

/** Asking for an authority, deciding on it, and seeing what was done under it (INV-2). */
export function authorities(scope: Scope, { rooms }: ServerOptions): void {
  const authorities = rooms.authorities;
  const see = { access: "authority.see" } as const;
  const decide = { access: "authority.decide", stepUp: true } as const;
  const response = { 200: authorityView };

  scope.get(
    ROUTES.authorities,
    {
      config: see,
      schema: {
        tags,
        summary: "Authorities: those that wait or can be relied on first",
        querystring: listQuery,
        response: { 200: pageOf(authorityView) },
      },
    },
    async (request) => {
      const { limit, cursor, ...query } = request.query;
      const page = await authorities.list(query, { limit, cursor }, callerOf(request));
      return { items: page.items.map(presentAuthority), next: page.next };
    },
  );

  scope.post(
    ROUTES.authorities,
    {
      config: { access: "authority.request" },
      schema: { tags, summary: "Request an authority", body: requestBody, response: { 201: authorityView } },
    },
    async (request, reply) => {
      // Nobody else has decided on it yet, so the second factor stands in for the other person.
      if (request.body.oral !== undefined) requireSecondFactor(request, rooms);
      reply.code(201);
      return presentAuthority(await authorities.request(request.body, callerOf(request)));
    },
  );

  scope.get(
    ROUTES.authority,
    {
      config: see,
      schema: {
        tags,
        summary: "One authority, its history and what was done under it",
        params,
        querystring: paging,
        response: { 200: authorityInFull },
      },
    },
    async (request) =>
      presentInFull(await authorities.open(request.params.id, request.query, callerOf(request))),
  );

  scope.post(
    ROUTES.authorityApprove,
    { config: decide, schema: { tags, summary: "Approve a request", params, body: approveBody, response } },
    async (request) =>
      presentAuthority(await authorities.approve(request.params.id, request.body, callerOf(request))),
  );

  scope.post(
    ROUTES.authorityRefuse,
    { config: decide, schema: { tags, summary: "Refuse a request", params, body: because, response } },
    async (request) =>
      presentAuthority(await authorities.refuse(request.params.id, request.body.reason, callerOf(request))),
  );

  scope.post(
    ROUTES.authorityWithdraw,
    {
      config: see,
      schema: { tags, summary: "Take a request or an authority back", params, body: because, response },
    },
    async (request) =>
      presentAuthority(await authorities.withdraw(request.params.id, request.body.reason, callerOf(request))),
  );

  scope.post(
    ROUTES.authorityExtend,
    { config: decide, schema: { tags, summary: "Give it a later end", params, body: extendBody, response } },
    async (request) =>
      presentAuthority(await authorities.extend(request.params.id, request.body, callerOf(request))),
  );

  scope.post(
    ROUTES.authorityConfirm,
    {
      config: decide,
      schema: { tags, summary: "Confirm in writing what was said", params, body: because, response },
    },
    async (request) =>
      presentAuthority(await authorities.confirm(request.params.id, request.body.reason, callerOf(request))),
  );
}
