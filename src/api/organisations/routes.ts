import { z } from "zod";
import { ORGANISATION_KINDS, ORGANISATION_STATES } from "../../identity/organisations/organisation.ts";
import { csvFile, csvQuery, isCsv, parseJson, sendVerdicts } from "../http/csv-body.ts";
import { ROUTES } from "../paths.ts";
import { presentOrganisation } from "./present.ts";
import { organisationView } from "../accounts/views.ts";
import { day, line, nameSchemas, pageOf, paging, reason, rowVerdict } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { callerOf } from "../http/access.ts";
import type { OrganisationAct } from "../../identity/organisations/organisations.ts";

const tags = ["organisations"];
const code = line.min(1).max(200);
const params = z.object({ code });
const text = line.max(200);
const newOrganisation = z.strictObject({ name: text.min(2), code, kind: z.enum(ORGANISATION_KINDS) });
nameSchemas({ NewOrganisation: newOrganisation });
const seen = z.strictObject({ version: z.int().min(1).describe("As it was seen"), reason });
/** Far more ranges than an organisation has sites. */
const MOST_NETWORKS = 200;

const ACTS: Readonly<Record<OrganisationAct, { url: string; summary: string }>> = {
  approve: { url: ROUTES.organisationApprove, summary: "Approve again" },
  suspend: { url: ROUTES.organisationSuspend, summary: "Suspend: its people cannot enquire" },
  withdraw: { url: ROUTES.organisationWithdraw, summary: "Withdraw the approval" },
};

/** The approved organisations, each with its written policy, contact and networks (ACC-1, ACC-6). */
export function organisations(scope: Scope, { rooms: { people } }: ServerOptions): void {
  const manage = { access: "organisation.manage", stepUp: true } as const;

  scope.get(
    ROUTES.organisations,
    {
      config: { access: "organisation.see" },
      schema: {
        tags,
        summary: "Organisations, by name",
        querystring: paging.extend({
          search: z.string().trim().min(1).max(100).optional(),
          state: z.enum(ORGANISATION_STATES).optional(),
        }),
        response: { 200: pageOf(organisationView) },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const page = await people.organisations.list(callerOf(request), filter, { limit, cursor });
      return { items: page.items.map(presentOrganisation), next: page.next };
    },
  );

  scope.post(
    ROUTES.organisations,
    {
      config: { ...manage, csvOrJson: newOrganisation },
      schema: {
        tags,
        summary: "Add an organisation, or import the approved ones as text/csv",
        description:
          "JSON answers 201 with the organisation; CSV (columns name, code, kind) answers 200 with a verdict for each row.",
        querystring: csvQuery,
        response: {
          201: organisationView,
          200: z.object({ results: z.array(rowVerdict), summary: z.record(z.string(), z.int()) }),
        },
      },
    },
    async (request, reply) => {
      if (isCsv(request.headers["content-type"]))
        return sendVerdicts(reply, people.organisations.importCsv(csvFile(request), callerOf(request)));
      const added = parseJson(newOrganisation, request.body);
      return reply
        .code(201)
        .send(presentOrganisation(await people.organisations.add(added, callerOf(request))));
    },
  );

  scope.get(
    ROUTES.organisation,
    {
      config: { access: "organisation.see" },
      schema: { tags, summary: "One organisation", params, response: { 200: organisationView } },
    },
    async (request) =>
      presentOrganisation(await people.organisations.find(callerOf(request), request.params.code)),
  );

  scope.patch(
    ROUTES.organisation,
    {
      config: { access: "organisation.policy", stepUp: true },
      schema: {
        tags,
        summary: "Change the written policy, contact or networks; nationally also name and kind",
        params,
        body: seen.extend({
          name: text.min(2).optional(),
          kind: z.enum(ORGANISATION_KINDS).optional(),
          contact: text.optional(),
          policy: z
            .strictObject({
              reference: text.min(1),
              date: day,
              until: day,
              owner: text.min(1),
            })
            .nullable()
            .optional(),
          allowedNetworks: z.array(line.max(60)).max(MOST_NETWORKS).optional(),
        }),
        response: { 200: organisationView },
      },
    },
    async (request) => {
      const { version, reason: why, ...to } = request.body;
      return presentOrganisation(
        await people.organisations.change(
          request.params.code,
          withoutUndefined(to),
          { version, reason: why, address: request.ip },
          callerOf(request),
        ),
      );
    },
  );

  for (const [to, { url, summary }] of Object.entries(ACTS) as [
    OrganisationAct,
    { url: string; summary: string },
  ][])
    scope.post(
      url,
      { config: manage, schema: { tags, summary, params, body: seen, response: { 200: organisationView } } },
      async (request) =>
        presentOrganisation(
          await people.organisations.setState(request.params.code, to, request.body, callerOf(request)),
        ),
    );
}

type Given<T> = { [Member in keyof T]?: Exclude<T[Member], undefined> };

/** A change holds only what was asked for. */
const withoutUndefined = <T extends object>(to: T): Given<T> =>
  Object.fromEntries(Object.entries(to).filter(([, value]) => value !== undefined)) as Given<T>;
