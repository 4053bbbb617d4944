import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { errorsAt, valuesOf, type FieldError } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { changeOf, errorsOfForm } from "./form.ts";
import {
  isOrganisationAct,
  ORGANISATION_FIELDS,
  organisationView,
  valuesOfOrganisation,
  type OrganisationValues,
} from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Asked = FastifyRequest<{ Params: { code: string }; Querystring: { done?: string } }>;
interface After {
  readonly values?: OrganisationValues;
  readonly errors?: readonly FieldError[];
  readonly conflict?: string;
  readonly status?: number;
}

const FIELDS = {
  name: "name",
  kind: "kind",
  contact: "contact",
  "policy.reference": "policyReference",
  "policy.date": "policyDate",
  "policy.owner": "policyOwner",
  allowedNetworks: "allowedNetworks",
  "policy.until": "policyUntil",
};

/** One organisation, its written policy, and its approval (ACC-1, ACC-6). */
export const organisationPage: PageRoutes = (app, { ports, show }) => {
  const organisations = ports.rooms.people.organisations;

  app.get(ROUTES.organisation, { config: { access: "organisation.see" } }, async (request: Asked, reply) =>
    showIt(request, reply),
  );

  app.post(
    ROUTES.organisation,
    { config: { access: "organisation.policy", stepUp: true } },
    async (request: Asked, reply) => {
      const values = valuesOf(request.body, ORGANISATION_FIELDS);
      const national = mayDo(callerOf(request).roles, "organisation.manage");
      const errors = errorsOfForm(values, national);
      if (errors.length > 0) return showIt(request, reply, { values, errors, status: 400 });
      const why = { version: Number(values.version), reason: values.reason, address: request.ip };
      try {
        await organisations.change(request.params.code, changeOf(values, national), why, callerOf(request));
      } catch (error) {
        return showIt(request, reply, { values, ...whatStopped(error) });
      }
      return reply.redirect(paths.organisation(request.params.code, "changed"), 303);
    },
  );

  app.post(
    ROUTES.organisationState,
    { config: { access: "organisation.manage", stepUp: true } },
    async (request: Asked, reply) => {
      const sent = valuesOf(request.body, ["act", "stateReason", "version"] as const);
      const { act, stateReason: reason } = sent;
      const errors: FieldError[] = [];
      if (!isOrganisationAct(act)) errors.push({ field: "act", message: "Select what you want to do" });
      if (reason.length < 3) errors.push({ field: "stateReason", message: "Enter a reason, for the record" });
      const values = {
        ...valuesOfOrganisation(await organisations.find(callerOf(request), request.params.code)),
        ...sent,
      };
      if (!isOrganisationAct(act) || errors.length > 0)
        return showIt(request, reply, { values, errors, status: 400 });
      try {
        const why = { version: Number(sent.version), reason: reason.slice(0, 1_000) };
        await organisations.setState(request.params.code, act, why, callerOf(request));
      } catch (error) {
        return showIt(request, reply, { values, ...whatStopped(error) });
      }
      return reply.redirect(paths.organisation(request.params.code, act), 303);
    },
  );

  async function showIt(
    request: Asked,
    reply: FastifyReply,
    { status, ...after }: After = {},
  ): Promise<FastifyReply> {
    const asker = callerOf(request);
    const organisation = await organisations.find(asker, request.params.code);
    const own = organisation.name === asker.organisation.name;
    const view = organisationView({ organisation, asker, own, done: String(request.query.done), ...after });
    return show(request, reply, "pages/organisations/organisation/template.njk", view, status);
  }
};

/** What the room found wrong, at the fields of the form. */
function whatStopped(error: unknown): Pick<After, "errors" | "conflict" | "status"> {
  if (!(error instanceof Problem)) throw error;
  const { code, status, message } = error;
  if (code === "INPUT_INVALID") return { errors: errorsAt(error.errors, FIELDS, "policyReference"), status };
  if (code === "CONFLICT" || code === "NOT_AUTHORISED") return { conflict: message, status };
  throw error;
}
