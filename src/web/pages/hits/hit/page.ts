import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { formWith, textOf, type Form } from "../../../form.ts";
import type { Outline } from "../../../map/outline.ts";
import { paths, ROUTES, withQuery } from "../../../paths.ts";
import { BOARD_LIMIT } from "../board/view.ts";
import { readDisposition, readVerification } from "./form.ts";
import { groundsOf, oldHitView } from "./old.ts";
import type { Hit } from "../../../../hit/hit.ts";
import { hitView, type HitField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

type Ask = FastifyRequest<{ Params: { id: string } }>;
const ACT = { config: { access: "hit.act" } } as const;

const asksForJson = (request: FastifyRequest): boolean => request.headers.accept === "application/json";

/** One hit: its images against what is expected, and what a person makes of it (VOI-8). */
export const hitPage =
  (outline: Outline): PageRoutes =>
  (app, tools) => {
    const { rooms } = tools.ports;
    app.get<{ Params: { id: string } }>(
      ROUTES.hit,
      { config: { access: "hit.see" } },
      async (request, reply) => {
        return showHit(tools, outline, request, reply);
      },
    );

    app.post<{ Params: { id: string } }>(ROUTES.hitAcknowledge, ACT, async (request, reply) => {
      const fromBoard = textOf(request.body, "from") === "board";
      const conflict = await conflictOf(rooms.hits.acknowledge(request.params.id, callerOf(request)));
      if (asksForJson(request)) {
        return conflict === null ? reply.code(204).send() : reply.code(409).send({ detail: conflict });
      }
      if (fromBoard)
        return reply.redirect(
          withQuery(paths.board(), { notice: conflict === null ? "acknowledged" : "taken" }),
          303,
        );
      if (conflict !== null) return showHit(tools, outline, request, reply, { conflict });
      return reply.redirect(paths.hit(request.params.id), 303);
    });

    app.post<{ Params: { id: string } }>(ROUTES.hitVerify, ACT, async (request, reply) => {
      const read = readVerification(request.body);
      if ("form" in read) return showHit(tools, outline, request, reply, { form: read.form });
      const conflict = await conflictOf(rooms.hits.verify(request.params.id, read.result, callerOf(request)));
      if (conflict !== null) return showHit(tools, outline, request, reply, { conflict });
      return reply.redirect(paths.hit(request.params.id), 303);
    });

    app.post<{ Params: { id: string } }>(ROUTES.hitDisposition, ACT, async (request, reply) => {
      const read = readDisposition(request.body);
      if ("form" in read) return showHit(tools, outline, request, reply, { form: read.form });
      const act = rooms.hits.dispose(request.params.id, read.outcome, read.note, callerOf(request));
      const stopped = await stoppedBy(act);
      if (stopped?.code === "CONFLICT" || stopped?.code === "NOT_AUTHORISED")
        return showHit(tools, outline, request, reply, { conflict: stopped.message });
      if (stopped !== null) {
        const values = { result: "", ...read };
        return showHit(tools, outline, request, reply, { form: formWith(values, inputErrors(stopped)) });
      }
      return reply.redirect(paths.hit(request.params.id), 303);
    });
  };

/** Refused is whoever would close what they alone have looked at. */
const STOPPING: ReadonlySet<string> = new Set(["CONFLICT", "INPUT_INVALID", "NOT_AUTHORISED"]);

/** The Problem that a person can do something about; everything else is thrown on. */
async function stoppedBy(act: Promise<unknown>): Promise<Problem | null> {
  try {
    await act;
    return null;
  } catch (error) {
    if (error instanceof Problem && STOPPING.has(error.code)) return error;
    throw error;
  }
}

async function conflictOf(act: Promise<unknown>): Promise<string | null> {
  return (await stoppedBy(act))?.message ?? null;
}

const inputErrors = (problem: Problem) =>
  problem.errors.length === 0
    ? [{ field: "outcome", message: problem.message }]
    : problem.errors.map(({ path, message }) => ({ field: path === "note" ? "note" : "outcome", message }));

async function showHit(
  { ports, show }: PageTools,
  outline: Outline,
  request: Ask,
  reply: FastifyReply,
  after: { form?: Form<HitField>; conflict?: string } = {},
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const grounds = groundsOf(request.query);
  let hit: Hit;
  try {
    hit = await ports.rooms.hits.find(request.params.id, caller, grounds);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "NOT_AUTHORISED") throw error;
    const view = oldHitView(request.params.id, grounds, error);
    return show(request, reply, "pages/hits/hit/old.njk", view, 403);
  }
  const { ids } = await ports.rooms.hits.openIds(BOARD_LIMIT, caller);
  const at = ids.indexOf(String(hit.id));
  const neighbours = {
    previous: ids[at - 1] ?? null,
    next: (at === -1 ? ids[0] : ids[at + 1]) ?? null,
  };
  const status = after.conflict !== undefined ? 409 : after.form !== undefined ? 400 : 200;
  return show(
    request,
    reply,
    "pages/hits/hit/template.njk",
    hitView({ hit, grounds, caller, outline, now: ports.now(), neighbours, ...after }),
    status,
  );
}
