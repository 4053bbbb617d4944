import { z } from "zod";
import { mapPage } from "../../flow/page.ts";
import { ROUTES } from "../paths.ts";
import { pageOf, paging, reason } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { presentReceipt, presentStatus, receiptView, retentionView } from "./present.ts";
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
    async () => presentStatus(await rooms.retention.status()),
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
      return mapPage(await rooms.retention.receipts(request.query), presentReceipt);
    },
  );

  scope.post(
    ROUTES.retentionClock,
    {
      config: { access: "retention.run", stepUp: true },
      schema: {
        tags,
        summary: "Confirm that the service's clock is right",
        description:
          "Deletion waits after the clock leapt ahead, until somebody who knows says that it is right.",
        body: z.strictObject({ reason: reason }),
        response: { 200: retentionView },
      },
    },
    async (request) =>
      presentStatus(await rooms.retention.confirmClock(request.body.reason, callerOf(request))),
  );

  scope.post(
    ROUTES.retentionRuns,
    {
      config: { access: "retention.run" },
      schema: {
        tags,
        summary: "Expire one day now",
        description: "A day that the policy pack still keeps is refused with CONFLICT.",
        body: z.strictObject({ day: z.iso.date() }),
        response: { 200: receiptView },
      },
    },
    async (request) => {
      return presentReceipt(await rooms.retention.run(request.body.day, callerOf(request)));
    },
  );
}
