import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../errors.ts";

interface Watched {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  bytes: number;
  /** When bytes last came in, or when we last were the ones not reading. */
  moved: number;
  /** When the reply ended although the body had not; null until then. */
  answered: number | null;
}

export interface SlowBodyLimits {
  /** A body from which nothing arrives for so long is given up. Node's own limit is on the whole request, which would
   * cut a long NDJSON stream that is perfectly healthy. */
  readonly bodyIdleMs: number;
  /** After an early reply the rest of the body is read and thrown away for so long, so that the sender sees the reply. */
  readonly lingerMs: number;
  readonly sweepMs: number;
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

/**
 * Gives up bodies that stop arriving: 408 SLOW_BODY and the connection closed. One timer sweeps all open bodies. A body that
 * waits because we read slowly (backpressure) is not slow.
 */
export function guardSlowBodies(app: FastifyInstance, limits: SlowBodyLimits): void {
  const open = new Set<Watched>();

  const giveUp = (watched: Watched): void => {
    const { request, reply } = watched;
    open.delete(watched);
    const raw = reply.raw;
    if (raw.headersSent || raw.destroyed) {
      request.raw.destroy();
      return;
    }
    const problem = new Problem(
      "SLOW_BODY",
      `Nothing arrived for ${limits.bodyIdleMs} ms; send the body without pauses.`,
    );
    const body = JSON.stringify(problem);
    reply.hijack();
    raw.writeHead(problem.status, {
      "content-type": "application/problem+json",
      "content-length": Buffer.byteLength(body),
      "x-request-id": request.id,
      connection: "close",
    });
    raw.end(body, () => request.raw.destroy());
  };

  const sweep = setInterval(() => {
    const now = Date.now();
    for (const watched of open) {
      const { raw } = watched.request;
      if (raw.complete || raw.destroyed) open.delete(watched);
      else if (watched.answered !== null) {
        if (now - watched.answered > limits.lingerMs) {
          open.delete(watched);
          raw.destroy();
        }
      } else if (raw.socket.bytesRead !== watched.bytes || raw.readableLength > 0) {
        watched.bytes = raw.socket.bytesRead;
        watched.moved = now;
      } else if (now - watched.moved > limits.bodyIdleMs) giveUp(watched);
    }
  }, limits.sweepMs);
  sweep.unref();

  const watchedOf = new WeakMap<FastifyRequest, Watched>();
  app.addHook("onRequest", (request, reply, done) => {
    if (hasBody(request) && !request.raw.complete) {
      const bytes = request.raw.socket?.bytesRead ?? 0;
      const watched: Watched = { request, reply, bytes, moved: Date.now(), answered: null };
      open.add(watched);
      watchedOf.set(request, watched);
    }
    done();
  });
  app.addHook("onSend", (request, reply, _payload, done) => {
    // What is left of the body would be taken for the next request.
    if (watchedOf.has(request) && !request.raw.complete) reply.header("connection", "close");
    done();
  });
  app.addHook("onResponse", (request, _reply, done) => {
    const watched = watchedOf.get(request);
    if (watched !== undefined) {
      if (request.raw.complete) open.delete(watched);
      else watched.answered = Date.now();
    }
    done();
  });
  app.addHook("onClose", (_instance, done) => {
    clearInterval(sweep);
    done();
  });
}
