import { z } from "zod";
import { whoAsks } from "../access.ts";
import { ROUTES } from "../paths.ts";
import { time } from "../schemas.ts";
import type { Scope, ServerOptions } from "../server-options.ts";
import { askerOf } from "./enquiries.ts";

const authorityView = z.object({
  id: z.string(),
  reference: z.string(),
  purpose: z.string(),
  level: z.string(),
  until: time,
});

/** The authorities that the person who asks may rely on now. */
export function authorities(scope: Scope, { rooms }: ServerOptions): void {
  scope.get(
    ROUTES.authorities,
    {
      config: { access: "authority.see" },
      schema: {
        tags: ["authorities"],
        summary: "Authorities I may rely on now",
        response: { 200: z.object({ items: z.array(authorityView), next: z.null() }) },
      },
    },
    async (request) => ({
      items: [...(await rooms.enquiries.authorities(askerOf(whoAsks(request))))],
      next: null,
    }),
  );
}
