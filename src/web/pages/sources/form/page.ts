import type { FastifyReply, FastifyRequest } from "fastify";
import { callerOf } from "../../../../api/http/access.ts";
import type { Caller } from "../../../../identity/caller.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { originOf } from "../../../../api/session/visit-of.ts";
import { Problem } from "../../../../errors.ts";
import type { SourceInUse } from "../../../../source/door.ts";
import { errorsAt, type FieldError } from "../../../form.ts";
import type { PageRoutes } from "../../../page-tools.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { secretView } from "../secret/view.ts";
import { askedOf, changeOf, FIELD_OF, readSourceForm, type SourceValues } from "./form.ts";
import { BLANK, sourceFormView, valuesOfSource } from "./view.ts";

type Asked = FastifyRequest<{ Params: { id: string } }>;
const MANAGE = { config: { access: "source.manage", stepUp: true } } as const;

interface Shown {
  readonly values: SourceValues;
  readonly errors?: readonly FieldError[];
  readonly source?: SourceInUse;
  readonly conflict?: string;
  readonly status?: number;
}

/** Where there is no choice of cameras, the form has made it. */
const blankFor = ({ roles }: Caller): SourceValues => ({
  ...BLANK,
  aggregator: mayDo(roles, "source.manage-national") ? BLANK.aggregator : "no",
});

/** Adding a feed source, and changing its name, networks and agreement (READ-7). */
export const sourceFormPage: PageRoutes = (app, { ports, show }) => {
  const { sources } = ports.rooms;

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    { status, ...shown }: Shown,
  ): FastifyReply => {
    const view = sourceFormView({ caller: callerOf(request), ...shown });
    return show(request, reply, "pages/sources/form/template.njk", view, status);
  };

  app.get(ROUTES.sourceNew, MANAGE, async (request, reply) =>
    showForm(request, reply, { values: blankFor(callerOf(request)) }),
  );

  app.post(ROUTES.sourceNew, MANAGE, async (request, reply) => {
    const { values, errors } = readSourceForm(request.body, "new");
    if (errors.length > 0) return showForm(request, reply, { values, errors, status: 400 });
    try {
      const given = await sources.add(askedOf(values), callerOf(request));
      const view = secretView(given, originOf(request, ports.publicUrl), "added");
      return await show(request, reply, "pages/sources/secret/template.njk", view);
    } catch (error) {
      return showForm(request, reply, { values, ...whatStopped(error, "new") });
    }
  });

  app.get(ROUTES.sourceChange, MANAGE, async (request: Asked, reply) => {
    const source = await sources.open(request.params.id, callerOf(request));
    return showForm(request, reply, { values: valuesOfSource(source), source });
  });

  app.post(ROUTES.sourceChange, MANAGE, async (request: Asked, reply) => {
    const { id } = request.params;
    const { values, errors } = readSourceForm(request.body, "change");
    const again = async (shown: Partial<Shown>): Promise<FastifyReply> => {
      const source = await sources.open(id, callerOf(request));
      return showForm(request, reply, { values, source, ...shown });
    };
    if (errors.length > 0) return again({ errors, status: 400 });
    try {
      const why = { version: Number(values.version), reason: values.reason.slice(0, 1_000) };
      await sources.change(id, changeOf(values), why, callerOf(request));
    } catch (error) {
      return again(whatStopped(error, "change"));
    }
    return reply.redirect(paths.source(id, "changed"), 303);
  });
};

/** What the room found wrong, at the fields of the form. */
function whatStopped(error: unknown, what: "new" | "change"): Pick<Shown, "errors" | "conflict" | "status"> {
  if (!(error instanceof Problem)) throw error;
  const { code, status, message } = error;
  if (code === "INPUT_INVALID") return { errors: errorsAt(error.errors, FIELD_OF, "name"), status };
  if (code === "NOT_FOUND" && what === "new")
    return { errors: [{ field: "organisation", message }], status: 400 };
  if (code === "CONFLICT" && what === "new") return { errors: [{ field: "name", message }], status };
  if (code === "CONFLICT") return { conflict: message, status };
  throw error;
}
