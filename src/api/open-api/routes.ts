import { ROUTES } from "../paths.ts";
import type { Scope } from "../http/server-options.ts";

/** The OpenAPI document itself; public, since it holds no data. */
export function openApi(scope: Scope): void {
  scope.get(
    ROUTES.openApi,
    { config: { access: "public" }, schema: { tags: ["operations"], summary: "This document" } },
    async (_request, reply) => reply.header("cache-control", "no-cache").send(scope.openApi()),
  );
}
