import type { FastifyInstance } from "fastify";
import type { Receipts } from "../../audit/receipts.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Indexes of the audit entries written under this request so far. */
    receipts: number[];
  }
}

/** Indexes named in a reply's header; an import may write more. */
const MOST_NAMED = 50;

/**
 * Gives every reply the indexes of the audit entries that were written for it, in `x-audit-index`, comma separated, so that
 * whoever asked can later have their place in the log proved.
 */
export function collectReceipts(app: FastifyInstance, receipts: Receipts | undefined): void {
  app.decorateRequest("receipts");
  app.addHook("onRequest", (request, _reply, next) => {
    request.receipts = [];
    if (receipts === undefined) next();
    else receipts.collect(request.receipts, next);
  });
  if (receipts === undefined) return;
  // Reading a body leaves the request's own context; what comes after enters it again.
  app.addHook("preValidation", (request, _reply, next) => receipts.collect(request.receipts, next));
  app.addHook("onSend", async (request, reply) => {
    if (request.receipts.length > 0)
      reply.header("x-audit-index", request.receipts.slice(0, MOST_NAMED).join(","));
  });
}
