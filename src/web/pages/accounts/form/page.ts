import type { FastifyReply, FastifyRequest } from "fastify";
import type { Account } from "../../../../identity/accounts/account.ts";
import { Problem } from "../../../../errors.ts";
import type { Role } from "../../../../policy/roles.ts";
import { errorsAt, type FieldError } from "../../../form.ts";
import { originOf } from "../../../origin-of.ts";
import { paths, ROUTES } from "../../../paths.ts";
import { askedOf, readAccountForm, type AccountValues } from "./form.ts";
import { accountFormView, BLANK, linkView, valuesOfAccount } from "./view.ts";
import { callerOf } from "../../../../api/http/access.ts";
import type { PageRoutes } from "../../../page-tools.ts";

type Asked = FastifyRequest<{ Params: { username: string } }>;

const MANAGE = { config: { access: "account.manage", stepUp: true } } as const;
const NO_HISTORY = { limit: 1 };
/** Where the room's names of members are not those of the form. */
const FIELDS = {
  username: "username",
  fullName: "fullName",
  roles: "roles",
  rank: "rank",
  vetting: "vetting",
  trainedOn: "trainedOn",
  leavesOn: "leavesOn",
};

interface Shown {
  readonly values: AccountValues;
  readonly roles: readonly Role[];
  readonly errors?: readonly FieldError[];
  readonly account?: Account;
  readonly conflict?: string;
  readonly status?: number;
}

/** Making an account and changing its details (ACC-2, ACC-7). */
export const accountFormPage: PageRoutes = (app, { ports, show }) => {
  const { accounts } = ports.rooms.people;

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    { status, ...shown }: Shown,
  ): FastifyReply => {
    const view = accountFormView({ caller: callerOf(request), pack: ports.pack, ...shown });
    return show(request, reply, "pages/accounts/form/template.njk", view, status);
  };

  app.get(ROUTES.accountNew, MANAGE, async (request, reply) =>
    showForm(request, reply, { values: BLANK, roles: [] }),
  );

  app.post(ROUTES.accountNew, MANAGE, async (request, reply) => {
    const filled = readAccountForm(request.body, "new");
    if (filled.errors.length > 0) return showForm(request, reply, { ...filled, status: 400 });
    try {
      const { organisation } = filled.values;
      const asked = { ...askedOf(filled), ...(organisation === "" ? {} : { organisation }) };
      const { account, link } = await accounts.add(asked, callerOf(request));
      const view = linkView(account.username, link, originOf(request, ports));
      return await show(request, reply, "pages/accounts/form/link.njk", view);
    } catch (error) {
      return showForm(request, reply, { ...filled, ...whatStopped(error, "username") });
    }
  });

  app.get(ROUTES.accountOfChange, MANAGE, async (request: Asked, reply) => {
    const { account } = await accounts.open(request.params.username, NO_HISTORY, callerOf(request));
    return showForm(request, reply, { values: valuesOfAccount(account), roles: account.roles, account });
  });

  app.post(ROUTES.accountOfChange, MANAGE, async (request: Asked, reply) => {
    const { username } = request.params;
    const filled = readAccountForm(request.body, "change");
    const again = async (shown: Partial<Shown>): Promise<FastifyReply> => {
      const { account } = await accounts.open(username, NO_HISTORY, callerOf(request));
      return showForm(request, reply, { ...filled, account, ...shown });
    };
    if (filled.errors.length > 0) return again({ status: 400 });
    const { values } = filled;
    const { username: _name, ...asked } = askedOf(filled);
    try {
      await accounts.change(
        username,
        { ...asked, leavesOn: values.leavesOn === "" ? null : values.leavesOn },
        { version: Number(values.version), reason: values.reason.slice(0, 1_000) },
        callerOf(request),
      );
    } catch (error) {
      return again(whatStopped(error, "fullName"));
    }
    return reply.redirect(paths.accountOf(username, { done: "changed" }), 303);
  });
};

/** What the room found wrong, at the fields of the form. */
function whatStopped(error: unknown, otherwise: string): Pick<Shown, "errors" | "conflict" | "status"> {
  if (!(error instanceof Problem)) throw error;
  const { code, status, message } = error;
  if (code === "INPUT_INVALID") return { errors: errorsAt(error.errors, FIELDS, otherwise), status };
  if (code === "NOT_FOUND") return { errors: [{ field: "organisation", message }], status: 400 };
  if (code === "CONFLICT" && otherwise === "username")
    return { errors: [{ field: "username", message }], status };
  if (code === "CONFLICT" || code === "NOT_AUTHORISED") return { conflict: message, status };
  throw error;
}
