import { z } from "zod";
import { ROUTES } from "../paths.ts";
import { pageOf, paging } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { receiptView, retentionView } from "../views.ts";
import { callerOf } from "../http/access.ts";

const tags = ["retention"];

/** Deletion on time and its receipts (RET-1, RET-5, RET-6). */
export function retention(scope: Scope, { rooms }: ServerOptions): void {
  scope.get(
    ROUTES.retention,
    {
      config: { access: "retention.see" },
      schema: { tags, summary: "Is deletion on time", response: { 200: retentionView } },
    },
    async () => rooms.retention.status(),
  );

  scope.get(
    ROUTES.retentionReceipts,
    {
      config: { access: "retention.see" },
      schema: {
        tags,
        summary: "Signed receipts, newest first",
        querystring: paging,
        response: { 200: pageOf(receiptView) },
      },
    },
    async (request) => {
      const page = await rooms.retention.receipts(request.query);
      return { items: [...page.items], next: page.next };
    },
  );

  scope.post(
    ROUTES.retentionRuns,
    {
      config: { access: "retention.run" },
      schema: {
        tags,
        summary: "Expire one day now",
        description: "A day that the policy pack still keeps is refused with CONFLICT.",
        body: z.object({ day: z.iso.date() }),
        response: { 200: receiptView },
      },
    },
    async (request) => {
      return rooms.retention.run(request.body.day, callerOf(request));
    },
  );
}
