import { Transform, pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Problem } from "../../errors.ts";

/** Text packs to a tenth or a fiftieth; what unfolds further was made to fill somebody's memory. */
const MOST_TIMES = 200;
/** So much may come out of few bytes: a short body of like lines packs better than a long one. */
const FREE_BYTES = 1024 * 1024;

/**
 * A gzip body, unfolded as it is read. What comes out is bounded in size and in proportion to what came in; beyond that, and
 * for what is no gzip, the stream ends with a Problem TOO_LARGE or BAD_REQUEST, and the rest of the body is thrown away.
 */
export function inflated(body: Readable, mostBytes: number): Readable {
  const gunzip = createGunzip();
  let out = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      out += chunk.length;
      if (out > mostBytes) done(tooLarge(`It unfolds to more than ${mostBytes} bytes.`));
      else if (out > FREE_BYTES && out > gunzip.bytesWritten * MOST_TIMES)
        done(tooLarge(`It unfolds to more than ${MOST_TIMES} times its size.`));
      else done(null, chunk);
    },
  });
  const end = (error: Error | null | undefined): void => {
    if (!error) return;
    body.unpipe(gunzip).resume();
    bounded.destroy(error instanceof Problem ? error : notGzip(error));
  };
  // Not a pipeline from the body on: that would destroy the connection, and with it the reply.
  gunzip.on("error", end);
  bounded.on("error", end);
  pipeline(gunzip, bounded, () => {});
  body.once("close", () => {
    if (!body.readableEnded) gunzip.destroy(endedEarly());
  });
  body.pipe(gunzip);
  return bounded;
}

const tooLarge = (detail: string): Problem =>
  new Problem("TOO_LARGE", `The compressed body is refused. ${detail}`);
const notGzip = (cause: Error): Problem =>
  new Problem("BAD_REQUEST", "The body is not the gzip that its Content-Encoding says.", { cause });
const endedEarly = (): Problem => new Problem("BAD_REQUEST", "The body ended before its declared length.");
