import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { WebParts } from "./web-parts.ts";

/** What a page's routes are given. */
export interface PageTools {
  readonly ports: WebParts;
  /** Sends a page: a template with its view, in the layout, never cached. */
  readonly show: (
    request: FastifyRequest,
    reply: FastifyReply,
    template: string,
    view: object,
    status?: number,
  ) => FastifyReply;
}

/** Adds one page's routes. Each says in `config.access` who it is for. */
export type PageRoutes = (app: FastifyInstance, tools: PageTools) => void;
