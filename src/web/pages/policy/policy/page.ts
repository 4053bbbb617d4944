import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../../errors.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { errorsAt, formWith, valuesOf, type FieldError, type Form } from "../../../form.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { londonToEpoch } from "../../../words/london-time.ts";
import { policyView, PROPOSAL_FIELDS, type ProposalField } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageTools, PageRoutes } from "../../../page-tools.ts";

const NOTICES: Readonly<Record<string, string>> = {
  proposed: "Proposed. Another person must approve it.",
  approved: "Approved. It takes effect at the time given.",
  refused: "Refused.",
};
const FIELDS = Object.fromEntries(PROPOSAL_FIELDS.map((field) => [field, field]));

/** The policy in force, and changing it by two people (RET-4). */
export const policyPage: PageRoutes = (app, tools) => {
  const { policy } = tools.ports.rooms;

  app.get<{ Querystring: { notice?: string } }>(
    ROUTES.policy,
    { config: { access: "signed-in" } },
    async (request, reply) =>
      showPolicy(tools, request, reply, { notice: NOTICES[String(request.query.notice)] ?? "" }),
  );

  app.post(
    ROUTES.policyPacks,
    { config: { access: "policy.propose", stepUp: true } },
    async (request, reply) => {
      const values = valuesOf(request.body, PROPOSAL_FIELDS);
      const effectiveFrom = londonToEpoch(values.effectiveFrom, "from");
      const errors: FieldError[] = [];
      if (values.folder === "") errors.push({ field: "folder", message: "Enter the name of the folder" });
      if (effectiveFrom === null)
        errors.push({ field: "effectiveFrom", message: "Enter when it takes effect, like 22/11/2026 08:15" });
      if (values.reason === "") errors.push({ field: "reason", message: "Enter a reason, for the record" });
      if (errors.length > 0 || effectiveFrom === null)
        return showPolicy(tools, request, reply, { form: formWith(values, errors), status: 400 });
      try {
        await policy.propose({ ...values, effectiveFrom }, callerOf(request));
      } catch (error) {
        return showProblem(request, reply, values, error);
      }
      return reply.redirect(paths.policy("proposed"), 303);
    },
  );

  function showProblem(
    request: FastifyRequest,
    reply: FastifyReply,
    values: Record<ProposalField, string>,
    error: unknown,
  ): Promise<FastifyReply> {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "INPUT_INVALID") {
      const form = formWith(values, errorsAt(error.errors, FIELDS, "folder"));
      return showPolicy(tools, request, reply, { form, status: 400 });
    }
    if (error.code !== "CONFLICT") throw error;
    return showPolicy(tools, request, reply, { conflict: error.message, status: 409 });
  }
};

async function showPolicy(
  { ports, show }: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  said: { form?: Form<ProposalField>; notice?: string; conflict?: string; status?: number },
): Promise<FastifyReply> {
  const { policy } = ports.rooms;
  const blank = { folder: policy.folderName, effectiveFrom: "", reason: "" };
  const view = policyView({
    policy,
    versions: await policy.versions(),
    mayPropose: mayDo(callerOf(request).roles, "policy.propose"),
    now: ports.now(),
    form: said.form ?? formWith(blank, []),
    notice: said.notice ?? "",
    conflict: said.conflict ?? "",
  });
  return show(request, reply, "pages/policy/policy/template.njk", view, said.status);
}
