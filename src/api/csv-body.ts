import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, RouteOptions } from "fastify";
import { Problem } from "../errors.ts";
import type { RowVerdict } from "./ports.ts";

/** Lets routes with `config.takesCsv` have a `text/csv` body as a stream; the others refuse it. */
export function acceptCsv(app: FastifyInstance): void {
  app.addContentTypeParser("text/csv", (request, payload, done) => {
    if (request.routeOptions.config.takesCsv === true) done(null, payload);
    else done(new Problem("MEDIA_TYPE_UNSUPPORTED", "This address takes application/json."));
  });
  // A stream has no limit on its whole size; fastify would otherwise refuse it by its content-length.
  app.addHook("onRoute", (route: RouteOptions) => {
    if (route.config?.takesCsv === true) route.bodyLimit = Number.MAX_SAFE_INTEGER;
  });
}

/**
 * Sends `{"results":[…],"summary":{…}}` while rows are still coming in, so that an import of any length holds no more than a
 * few rows. A failure after the first row ends the reply early, and the connection with it: what was answered is done.
 */
export function sendVerdicts(reply: FastifyReply, verdicts: AsyncIterable<RowVerdict>): FastifyReply {
  return reply
    .type("application/json; charset=utf-8")
    .send(Readable.from(verdictJson(verdicts), { objectMode: false }));
}

const FLUSH_CHARACTERS = 16_384;

async function* verdictJson(verdicts: AsyncIterable<RowVerdict>): AsyncGenerator<string> {
  const summary = { added: 0, updated: 0, unchanged: 0, refused: 0 };
  let text = '{"results":[';
  let first = true;
  for await (const verdict of verdicts) {
    summary[verdict.verdict] += 1;
    text += `${first ? "" : ","}${JSON.stringify(verdict)}`;
    first = false;
    if (text.length >= FLUSH_CHARACTERS) {
      yield text;
      text = "";
    }
  }
  yield `${text}],"summary":${JSON.stringify(summary)}}`;
}
