import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { ORGANISATION_KINDS, organisationCode } from "../../../../identity/organisations/organisation.ts";
import { errorsAt, formWith, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { isOrganisationState, organisationsView, type NewOrganisationField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Asked = FastifyRequest<{ Querystring: { search?: string; state?: string; cursor?: string } }>;

const PAGE_SIZE = 50;
const text = (value: unknown): string => (typeof value === "string" ? value.trim().slice(0, 100) : "");

/** The approved organisations (ACC-1). */
export const organisationsPage: PageRoutes = (app, { ports, show }) => {
  const organisations = ports.rooms.people.organisations;

  app.get(ROUTES.organisations, { config: { access: "organisation.see" } }, async (request: Asked, reply) =>
    showAll(request, reply),
  );

  app.post(
    ROUTES.organisations,
    { config: { access: "organisation.manage", stepUp: true } },
    async (request: Asked, reply) => {
      const values = valuesOf<NewOrganisationField>(request.body, ["name", "code", "kind"]);
      const errors: FieldError[] = [];
      if (values.name.length < 2 || values.name.length > 200)
        errors.push({ field: "name", message: "Enter a name" });
      if (!ORGANISATION_KINDS.some((kind) => kind === values.kind))
        errors.push({ field: "kind", message: "Select a kind" });
      const code = values.code === "" ? organisationCode(values.name) : values.code;
      if (errors.length > 0) return showAll(request, reply, { form: formWith(values, errors), status: 400 });
      try {
        await organisations.add({ name: values.name, code, kind: values.kind }, callerOf(request));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const wrong =
          error.code === "CONFLICT"
            ? [{ field: "name", message: error.message }]
            : errorsAt(error.errors, { code: "code" }, "name");
        if (wrong.length === 0) throw error;
        return showAll(request, reply, { form: formWith(values, wrong), status: error.status });
      }
      return reply.redirect(paths.organisation(code), 303);
    },
  );

  async function showAll(
    request: Asked,
    reply: FastifyReply,
    { status, ...after }: { form?: Form<NewOrganisationField>; status?: number } = {},
  ): Promise<FastifyReply> {
    const search = text(request.query.search);
    const state = isOrganisationState(request.query.state) ? request.query.state : undefined;
    const { cursor } = request.query;
    const paged = typeof cursor === "string" && cursor !== "";
    const asker = callerOf(request);
    const page = await organisations.list(
      asker,
      { search: search === "" ? undefined : search, state },
      { limit: PAGE_SIZE, ...(paged ? { cursor } : {}) },
    );
    const view = organisationsView({ page, search, state: state ?? "", paged, asker, ...after });
    return show(request, reply, "pages/organisations/organisations/template.njk", view, status);
  }
};
