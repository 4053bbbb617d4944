import type { FastifyReply, FastifyRequest } from "fastify";
import type { AuthorityApproval } from "../../../../authority/authorities.ts";
import type { AuthorityAct } from "../../../../authority/authority-life.ts";
import { Problem } from "../../../../errors.ts";
import { formWith, valuesOf, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { londonToEpoch } from "../../../words/london-time.ts";
import { ACT_FIELDS, authorityView, type ActField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Asked = FastifyRequest<{ Params: { id: string }; Querystring: { cursor?: string; done?: string } }>;
type Values = Record<ActField, string>;

const PAGE_SIZE = 25;
const SEE = { config: { access: "authority.see" } } as const;
const DECIDE = { config: { access: "authority.decide", stepUp: true } } as const;

/** One authority: its limits, its history, what was done under it, and what the person may do to it (INV-2). */
export const authorityPage: PageRoutes = (app, { ports, show }) => {
  const authorities = ports.rooms.authorities;

  app.get(ROUTES.authority, SEE, async (request: Asked, reply) => showIt(request, reply));

  const takes =
    (act: AuthorityAct, take: (id: string, values: Values, request: Asked) => Promise<unknown>) =>
    async (request: Asked, reply: FastifyReply): Promise<FastifyReply> => {
      const values = valuesOf(request.body, ACT_FIELDS);
      try {
        await take(request.params.id, values, request);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return again(request, reply, { act, values, error });
      }
      return reply.redirect(paths.authority(request.params.id, { done: act }), 303);
    };

  app.post(
    ROUTES.authorityApprove,
    DECIDE,
    takes("approve", (id, values, request) => authorities.approve(id, approvalOf(values), callerOf(request))),
  );
  app.post(
    ROUTES.authorityRefuse,
    DECIDE,
    takes("refuse", (id, values, request) => authorities.refuse(id, reasonOf(values), callerOf(request))),
  );
  app.post(
    ROUTES.authorityWithdraw,
    SEE,
    takes("withdraw", (id, values, request) => authorities.withdraw(id, reasonOf(values), callerOf(request))),
  );
  app.post(
    ROUTES.authorityExtend,
    DECIDE,
    takes("extend", (id, values, request) => {
      const [until, reason] = [untilOf(values), reasonOf(values)];
      if (until === undefined) throw wrong("until", "Enter the new end");
      return authorities.extend(id, { until, reason }, callerOf(request));
    }),
  );
  app.post(
    ROUTES.authorityConfirm,
    DECIDE,
    takes("confirm", (id, values, request) => authorities.confirm(id, reasonOf(values), callerOf(request))),
  );

  async function showIt(
    request: Asked,
    reply: FastifyReply,
    options: { form?: Form<ActField>; act?: AuthorityAct; stopped?: Problem; status?: number } = {},
  ): Promise<FastifyReply> {
    const { cursor, done } = request.query;
    const paged = typeof cursor === "string" && cursor !== "";
    const caller = callerOf(request);
    const opened = await authorities.open(
      request.params.id,
      { limit: PAGE_SIZE, ...(paged ? { cursor } : {}) },
      caller,
    );
    const { status, ...rest } = options;
    const view = authorityView({
      opened,
      caller,
      pack: ports.pack,
      now: ports.now(),
      paged,
      done: String(done),
      ...rest,
    });
    return show(request, reply, "pages/authorities/authority/template.njk", view, status);
  }

  /** The page again, with the form as it was filled in and what stopped it. */
  async function again(
    request: Asked,
    reply: FastifyReply,
    { act, values, error }: { act: AuthorityAct; values: Values; error: Problem },
  ): Promise<FastifyReply> {
    if (error.code === "INPUT_INVALID") {
      const errors = error.errors.map(({ path, message }) => ({ field: `${act}-${path}`, message }));
      return showIt(request, reply, { form: formWith<ActField>(values, errors), act, status: 400 });
    }
    if (error.code !== "CONFLICT" && error.code !== "NOT_AUTHORISED") throw error;
    return showIt(request, reply, {
      form: formWith(values, []),
      act,
      stopped: error,
      status: error.status,
    });
  }
};

const wrong = (path: string, message: string): Problem =>
  new Problem("INPUT_INVALID", message, { errors: [{ path, code: "MISSING", message }] });

function reasonOf({ reason }: Values): string {
  if (reason.length < 3) throw wrong("reason", "Enter a reason, for the record");
  return reason.slice(0, 1_000);
}

/** Epoch ms; undefined where nothing was entered. */
function untilOf({ until }: Values): number | undefined {
  if (until === "") return undefined;
  const at = londonToEpoch(until, "to");
  if (at === null) throw wrong("until", "Enter the date and time like 22/11/2026 08:15");
  return at;
}

function approvalOf(values: Values): AuthorityApproval {
  const { exceptional } = values;
  return {
    reason: reasonOf(values),
    until: untilOf(values),
    ...(exceptional === "" ? {} : { exceptional }),
  };
}
