import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { errorsAt, formWith, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { refusalOf } from "../enquiry/view.ts";
import { fieldsOf, readEnquiry, type EnquiryField } from "./form.ts";
import { kindForm } from "./kind-forms.ts";
import { blankEnquiry, enquiriesView, type RefusalShown } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

const ACCESS = { config: { access: "enquiry.ask" } } as const;

/** The caller's enquiries, and the form for a new one (INV-3). */
export const enquiriesPage: PageRoutes = (app, tools) => {
  const { enquiries } = tools.ports.rooms;
  app.get<{ Querystring: { kind?: string; vrm?: string; authority?: string } }>(
    ROUTES.enquiries,
    ACCESS,
    async (request, reply) => showEnquiries(tools, request, reply, { query: request.query }),
  );

  // The POST decides and records; the archive is asked once, by the page of the answer that it leads to.
  app.post(ROUTES.enquiries, ACCESS, async (request, reply) => {
    const caller = callerOf(request);
    const read = readEnquiry(request.body);
    if ("form" in read) {
      const wrong = { codes: ["INPUT_INVALID"], fields: Object.keys(read.form.errors) };
      await enquiries.notAsked(wrong, caller);
      return showEnquiries(tools, request, reply, { form: read.form, status: 400 });
    }
    try {
      return reply.redirect(paths.enquiry(await enquiries.record(read.asked, caller)), 303);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "NOT_AUTHORISED") {
        return showEnquiries(tools, request, reply, {
          form: formWith(read.values, []),
          refusal: refusalOf(error, tools.ports.pack),
          status: 403,
        });
      }
      if (error.code !== "INPUT_INVALID") throw error;
      const { kind } = read.asked.question;
      const otherwise = kindForm(kind).fields[0].name;
      const found = errorsAt(error.errors, fieldsOf(kind), otherwise);
      const errors = found.length > 0 ? found : [{ field: otherwise, message: error.message }];
      return showEnquiries(tools, request, reply, { form: formWith(read.values, errors), status: 400 });
    }
  });
};

async function showEnquiries(
  { ports, show }: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    query?: { kind?: string; vrm?: string; authority?: string };
    form?: Form<EnquiryField>;
    refusal?: RefusalShown;
    status?: number;
  },
): Promise<FastifyReply> {
  const caller = callerOf(request);
  const { enquiries } = ports.rooms;
  const [authorities, mine] = await Promise.all([enquiries.authorities(caller), enquiries.mine(caller)]);
  const form = options.form ?? blankEnquiry(ports.now(), options.query ?? {}, authorities);
  const refusal = options.refusal === undefined ? {} : { refusal: options.refusal };
  const view = enquiriesView({ form, authorities, mine, pack: ports.pack, ...refusal });
  return show(request, reply, "pages/enquiries/enquiries/template.njk", view, options.status);
}
