import type { FastifyReply, FastifyRequest } from "fastify";
import type { AuthorityPreview } from "../../../../authority/authorities.ts";
import { Problem } from "../../../../errors.ts";
import { formWith, textOf, type FieldError } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { stepUpOfForm } from "../../../step-up-of-form.ts";
import { errorsOf, inOrder, readRequest } from "./form.ts";
import { blankRequest, checkView, requestView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

const ACCESS = { config: { access: "authority.request" } } as const;

/** Asking for an authority: the form, how its limits will be kept to, and the request (INV-2). */
export const authorityRequestPage: PageRoutes = (app, tools) => {
  const { ports, show } = tools;
  const authorities = ports.rooms.authorities;

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    values: ReturnType<typeof readRequest>["values"],
    {
      errors = [],
      refusal,
      status,
    }: { errors?: readonly FieldError[]; refusal?: Problem; status?: number } = {},
  ): FastifyReply =>
    show(
      request,
      reply,
      "pages/authorities/request/template.njk",
      requestView({ form: formWith(values, inOrder(errors)), pack: ports.pack, refusal }),
      status,
    );

  app.get(ROUTES.authorityNew, ACCESS, async (request, reply) =>
    showForm(request, reply, blankRequest(ports.now(), ports.pack)),
  );

  app.post(ROUTES.authorityNew, ACCESS, async (request, reply) => {
    const { asked, values, errors } = readRequest(request.body);
    const step = textOf(request.body, "step");
    if (step === "change") return showForm(request, reply, values);
    try {
      if (step === "ask" && errors.length === 0) {
        // Nobody else has decided on one given orally yet, so the second factor stands in for the other person.
        if (asked.oral !== undefined && ports.rooms.signIn.needsStepUp(callerOf(request).session)) {
          await stepUpOfForm(request, reply, tools);
          if (reply.sent) return reply;
        }
        const { id } = await authorities.request(asked, callerOf(request));
        const done = asked.oral === undefined ? "asked" : "said";
        return reply.redirect(paths.authority(id, { done }), 303);
      }
      const preview: AuthorityPreview = await authorities.preview(asked, callerOf(request));
      if (errors.length > 0) return showForm(request, reply, values, { errors, status: 400 });
      const view = checkView({ preview, values, pack: ports.pack });
      return show(request, reply, "pages/authorities/request/check.njk", view);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "INPUT_INVALID")
        return showForm(request, reply, values, {
          errors: [...errors, ...errorsOf(error.errors, errors)],
          status: 400,
        });
      if (error.code === "CONFLICT")
        return showForm(request, reply, values, {
          errors: [{ field: "reference", message: error.message }],
          status: 409,
        });
      if (error.code === "NOT_AUTHORISED")
        return showForm(request, reply, values, { refusal: error, status: 403 });
      throw error;
    }
  });
};
