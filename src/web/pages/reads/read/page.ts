import { Problem } from "../../../../errors.ts";
import type { Outline } from "../../../map/outline.ts";
import { ROUTES } from "../../../paths.ts";
import { refusalOf } from "../../enquiries/enquiry/view.ts";
import { readView } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

/** The enquiry that a link came from, only to lead back to it. */
const enquiryOf = (given: unknown): string | undefined =>
  typeof given === "string" && /^[\w-]{1,64}$/.test(given) ? given : undefined;

/** One read. Whether it may be seen is for the room of enquiries to say: an enquiry that covers it, or a hit. */
export const readPage =
  (outline: Outline): PageRoutes =>
  (app, { ports, show }) => {
    app.get<{ Params: { id: string }; Querystring: { enquiry?: string } }>(
      ROUTES.read,
      { config: { access: "signed-in" } },
      async (request, reply) => {
        const caller = callerOf(request);
        try {
          const read = await ports.rooms.reads.open(request.params.id, caller);
          return show(
            request,
            reply,
            "pages/reads/read/template.njk",
            readView(read, outline, caller, ports.pack, enquiryOf(request.query.enquiry)),
          );
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== "NOT_AUTHORISED") throw error;
          return show(
            request,
            reply,
            "pages/enquiries/enquiry/refused.njk",
            { pageTitle: "Refused", refusal: refusalOf(error, ports.pack) },
            403,
          );
        }
      },
    );
  };
