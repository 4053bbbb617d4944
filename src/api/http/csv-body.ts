import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { Problem } from "../../errors.ts";
import { begun } from "../../flow/begun.ts";
import type { CsvFile } from "../../flow/csv-heading.ts";
import type { RowVerdict } from "../../flow/row-verdict.ts";

/**
 * What the API reads: JSON up to the body limit, and `text/csv` as a stream where a route says `config.csvOrJson`. Forms and plain text, which a
 * browser sends to strangers without asking, belong to the pages.
 */
export function acceptJsonAndCsv(app: FastifyInstance): void {
  app.removeContentTypeParser(["application/x-www-form-urlencoded", "text/plain"]);
  app.addContentTypeParser("text/csv", (request, payload, done) => {
    if (request.routeOptions.config.csvOrJson !== undefined) done(null, payload);
    else done(new Problem("MEDIA_TYPE_UNSUPPORTED", "This address takes application/json."));
  });
}

/** The body of a route with `config.csvOrJson` where it is JSON. @throws ZodError, which is answered as INPUT_INVALID */
export const parseJson = <Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> =>
  schema.parse(body);

/** What an import may be asked with: columns of the file that are not taken, which would be refused otherwise. */
export const csvQuery = z.strictObject({
  ignore: z
    .string()
    .max(1_000)
    .transform((names) => names.split(",").map((name) => name.trim().toLowerCase()))
    .optional()
    .describe("Columns of a CSV file to leave out, with commas between them"),
});

/** The file of a request that `isCsv`. */
export const csvFile = ({
  body,
  query,
}: {
  readonly body: unknown;
  readonly query: z.output<typeof csvQuery>;
}): CsvFile => ({ csv: body as Readable, ignored: query.ignore ?? [] });

/** Whether a content type is CSV, whatever its parameters. */
export const isCsv = (contentType: string | undefined): boolean =>
  /^text\/csv\s*(;|$)/i.test(contentType ?? "");

/**
 * Sends `{"results":[…],"summary":{…}}` while rows are still coming in, so that an import of any length holds no more than a
 * few rows. What is refused before the first row, such as a heading, is thrown. A failure after it ends the reply early, and the
 * connection with it: what was answered is done.
 */
export async function sendVerdicts(
  reply: FastifyReply,
  verdicts: AsyncGenerator<RowVerdict, void, undefined>,
): Promise<FastifyReply> {
  const json = verdictJson(await begun(verdicts));
  return reply.type("application/json; charset=utf-8").send(Readable.from(json, { objectMode: false }));
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
