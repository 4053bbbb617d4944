import { Problem } from "../../../../errors.ts";
import type { Outline } from "../../../map/outline.ts";
import { ROUTES } from "../../../paths.ts";
import { enquiryView, refusalOf } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

/** The answer to an enquiry, a page at a time, while its grant lasts (INV-6). */
export const enquiryPage =
  (outline: Outline): PageRoutes =>
  (app, { ports, show }) => {
    app.get<{ Params: { id: string }; Querystring: { cursor?: string } }>(
      ROUTES.enquiry,
      { config: { access: "enquiry.ask" } },
      async (request, reply) => {
        const { cursor } = request.query;
        try {
          const wanted = typeof cursor === "string" && cursor !== "" ? { cursor } : {};
          const answer = await ports.rooms.enquiries.page(request.params.id, wanted, callerOf(request));
          return show(
            request,
            reply,
            "pages/enquiries/enquiry/template.njk",
            enquiryView(answer, outline, ports.pack),
          );
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== "NOT_AUTHORISED") throw error;
          const view = { pageTitle: "Refused", refusal: refusalOf(error, ports.pack) };
          return show(request, reply, "pages/enquiries/enquiry/refused.njk", view, 403);
        }
      },
    );
  };
