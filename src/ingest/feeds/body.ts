import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Readable } from "node:stream";
import { Problem } from "../../errors.ts";
import { GrowingBuffer } from "../../flow/growing-buffer.ts";
import { inflated } from "./inflate.ts";
import type { FeedLimits } from "./protocol.ts";

const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Makes a scope hand bodies over unread, whatever the Content-Type says: feeds are told apart by their first bytes
 * (PROTOCOLS 0.3), and nothing is read before the sender is known.
 */
export function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  app.addHook("onRequest", async (request) => {
    const type = request.raw.headers["content-type"];
    if (type !== undefined && !MEDIA_TYPE.test(type)) delete request.raw.headers["content-type"];
  });
}

/**
 * The body as a stream, unfolded where it is gzip; null when the request has none.
 * @throws Problem MEDIA_TYPE_UNSUPPORTED for another Content-Encoding
 */
export function bodyStream(request: FastifyRequest, { inflatedBytes }: FeedLimits): Readable | null {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  const body = (request.body as Readable | undefined | null) ?? null;
  if (encoding === "identity" || encoding === "") return body;
  if (encoding !== "gzip" && encoding !== "x-gzip") {
    const detail = `Content-Encoding ${encoding.slice(0, 40)} is not accepted; send gzip, or the body as it is.`;
    throw new Problem("MEDIA_TYPE_UNSUPPORTED", detail);
  }
  return body && inflated(body, inflatedBytes);
}

/** Bytes of bodies that are arriving now, over all feeds. */
let buffered = 0;

/**
 * Reads a whole body into memory, within the limits of size and time.
 * @throws Problem ARCHIVE_BUSY when too many bodies arrive at once; TOO_LARGE, SLOW_BODY or BAD_REQUEST (the sender went away), MEDIA_TYPE_UNSUPPORTED (compressed, and not with gzip).
 */
export async function readBody(request: FastifyRequest, limits: FeedLimits): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limits.bodyBytes) throw tooLarge(limits);
  const stream = bodyStream(request, limits);
  if (stream === null) return Buffer.alloc(0);
  return new Promise<Buffer>((resolve, reject) => {
    const whole = new GrowingBuffer();
    let held = 0;
    const settle = (finish: () => void): void => {
      buffered -= held;
      held = 0;
      clearTimeout(timer);
      stream.off("data", onData).off("end", onEnd).off("close", onClose);
      finish();
    };
    const fail = (problem: Problem): void =>
      settle(() => {
        stream.pause();
        reject(problem);
      });
    const onData = (chunk: Buffer): void => {
      whole.push(chunk);
      held += chunk.length;
      buffered += chunk.length;
      if (buffered > limits.bufferedBytes)
        return fail(
          new Problem("ARCHIVE_BUSY", "Too many requests are arriving at once. Send this one again."),
        );
      if (whole.length > limits.bodyBytes) fail(tooLarge(limits));
    };
    const onEnd = (): void => settle(() => resolve(whole.take()));
    const onClose = (): void =>
      fail(new Problem("BAD_REQUEST", "The body ended before its declared length."));
    const onError = (error: unknown): void => (error instanceof Problem ? fail(error) : onClose());
    const timer = setTimeout(() => {
      fail(new Problem("SLOW_BODY", `The body did not arrive within ${limits.bodySeconds} s.`));
    }, limits.bodySeconds * 1000);
    stream.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onError);
    if (stream.destroyed) onClose();
  });
}

function tooLarge(limits: FeedLimits): Problem {
  return new Problem(
    "TOO_LARGE",
    `The body is larger than ${limits.bodyBytes} bytes; send fewer reads at a time or smaller images.`,
  );
}

/** True for failures after which the rest of the body is not wanted, so that the connection must end with the reply. */
export function mustClose(error: unknown): boolean {
  return error instanceof Problem && (error.code === "TOO_LARGE" || error.code === "SLOW_BODY");
}
