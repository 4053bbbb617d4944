import type { FastifyReply, FastifyRequest } from "fastify";
import { PROTOCOLS } from "../../ingest/feeds/registry.ts";
import type { Problem } from "../../errors.ts";
import type { Events } from "../../observe/events.ts";
import { printablePath } from "../../observe/log.ts";
import { problemFrom } from "./problem-from.ts";
import { sendersTokenOf } from "./request-ids.ts";

/** Makes the page that a person sees instead of JSON; in: the problem and the request; out: HTML. */
export type RenderErrorPage = (problem: Problem, request: FastifyRequest) => string | Promise<string>;

/** First steps of paths where programs and cameras ask. */
const MACHINES = new Set([
  "v1",
  "feeds",
  "log",
  "metrics",
  "healthz",
  "readyz",
  ...PROTOCOLS.flatMap(({ ownPath }) => ownPath ?? []),
]);

/** True for a browser asking for a page; programs and cameras get JSON whatever they say they accept. */
function wantsPage(request: FastifyRequest): boolean {
  if (MACHINES.has(request.url.split(/[/?]/, 2)[1] ?? "")) return false;
  const accept = request.headers.accept ?? "";
  const html = accept.indexOf("text/html");
  const json = accept.indexOf("json");
  return html !== -1 && (json === -1 || html < json);
}

/** Sends a problem as RFC 9457 JSON, or as a page where a person would read it. */
export async function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  renderErrorPage?: RenderErrorPage,
): Promise<FastifyReply> {
  reply.code(problem.status).header("cache-control", "no-store");
  if (problem.retryAfter !== undefined)
    reply.header("retry-after", Math.max(1, Math.ceil(problem.retryAfter)));
  if (problem.status === 401) reply.header("www-authenticate", 'Bearer realm="waywarden"');
  if (renderErrorPage !== undefined && wantsPage(request)) {
    const page = await renderErrorPage(problem, request);
    return reply.type("text/html; charset=utf-8").serializer(String).send(page);
  }
  return reply.type("application/problem+json").serializer(JSON.stringify).send(problem.toJSON());
}

/** The one error handler: says what happened in the catalogue's words, and logs the cause of what is our fault. */
export function problemHandler(events: Events, renderErrorPage?: RenderErrorPage) {
  return async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const problem = problemFrom(error);
    events.problemAnswered({
      code: problem.code,
      status: problem.status,
      path: printablePath(request.url),
      requestId: request.id,
      sendersToken: sendersTokenOf(request.raw),
      cause: problem.cause ?? error,
    });
    return sendProblem(request, reply, problem, renderErrorPage);
  };
}
