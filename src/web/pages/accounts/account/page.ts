import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { formWith, textOf, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { originOf } from "../../../origin-of.ts";
import { linkView } from "../form/view.ts";
import { accountOfView, isAccountAct, type AccountAct, type ActField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Asked = FastifyRequest<{
  Params: { username: string };
  Querystring: { cursor?: string; done?: string };
}>;

const PAGE_SIZE = 20;
const MANAGE = { config: { access: "account.manage", stepUp: true } } as const;

/** One account, its tasks and its history, and the named changes of its state (ACC-2 to ACC-4). */
export const accountOfPage: PageRoutes = (app, { ports, show }) => {
  const { accounts, tasks } = ports.rooms.people;

  app.get(ROUTES.accountOf, { config: { access: "account.see" } }, async (request: Asked, reply) =>
    showIt(request, reply),
  );

  app.post(ROUTES.accountOfState, MANAGE, async (request: Asked, reply) => {
    const values = valuesOf<ActField>(request.body, ["act", "reason", "version"]);
    const { username } = request.params;
    const errors: FieldError[] = [];
    if (!isAccountAct(values.act)) errors.push({ field: "act", message: "Select what you want to do" });
    if (values.reason.length < 3) errors.push({ field: "reason", message: "Enter a reason, for the record" });
    if (errors.length > 0) return showIt(request, reply, { form: formWith(values, errors), status: 400 });
    try {
      const why = { version: Number(values.version), reason: values.reason.slice(0, 1_000) };
      const act = values.act as AccountAct;
      if (act === "enrol") {
        const given = await accounts.giveLink(username, why, callerOf(request));
        if (!("link" in given)) return reply.redirect(paths.accountOf(username, { done: "asked" }), 303);
        const view = linkView(username, given.link, originOf(request, ports));
        return await show(request, reply, "pages/accounts/form/link.njk", view);
      }
      await accounts.setState(username, act, why, callerOf(request));
    } catch (error) {
      return refused(request, reply, error, formWith(values, []));
    }
    return reply.redirect(paths.accountOf(username, { done: values.act }), 303);
  });

  const approve = { config: { access: "task.see", stepUp: true } } as const;
  app.post(ROUTES.taskDone, approve, async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const note = textOf(request.body, "note", 1_000).trim();
    const username = textOf(request.body, "username", 100);
    try {
      await tasks.done(request.params.id, note === "" ? "Reviewed" : note, callerOf(request));
    } catch (error) {
      if (!(error instanceof Problem && error.code === "CONFLICT")) throw error;
    }
    return reply.redirect(
      username === "" ? paths.tasks() : paths.accountOf(username, { done: "reviewed" }),
      303,
    );
  });

  async function showIt(
    request: Asked,
    reply: FastifyReply,
    { status, ...after }: { form?: Form<ActField>; conflict?: string; status?: number } = {},
  ): Promise<FastifyReply> {
    const { cursor, done } = request.query;
    const paged = typeof cursor === "string" && cursor !== "";
    const caller = callerOf(request);
    const page = { limit: PAGE_SIZE, ...(paged ? { cursor } : {}) };
    const opened = await accounts.open(request.params.username, page, caller);
    const view = accountOfView({
      opened,
      caller,
      now: ports.now(),
      paged,
      done: String(done),
      ...after,
    });
    return show(request, reply, "pages/accounts/account/template.njk", view, status);
  }

  /** The page again, with the form as it was filled in and what stopped it. */
  function refused(
    request: Asked,
    reply: FastifyReply,
    error: unknown,
    form: Form<ActField>,
  ): Promise<FastifyReply> {
    if (!(error instanceof Problem && (error.code === "CONFLICT" || error.code === "NOT_AUTHORISED")))
      throw error;
    return showIt(request, reply, { form, conflict: error.message, status: error.status });
  }
};
