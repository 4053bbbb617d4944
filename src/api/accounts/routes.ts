import { z } from "zod";
import { ACCOUNT_STATES, type StateAct } from "../../identity/accounts/account-state.ts";
import { ROLES } from "../../policy/roles.ts";
import { ROUTES } from "../paths.ts";
import { presentAccount, presentInFull, presentLink } from "./present.ts";
import { accountInFull, accountView, enrolmentView } from "./views.ts";
import { presentTask } from "../tasks/present.ts";
import { taskView } from "../tasks/views.ts";
import { day, line, pageOf, paging, reason, role } from "../schemas.ts";
import type { Scope, ServerOptions } from "../http/server-options.ts";
import { callerOf } from "../http/access.ts";

const tags = ["accounts"];
const username = line.min(1).max(100);
const params = z.object({ username });
const rank = line.min(1).max(60).nullable();
const vetting = line.min(1).max(20);
const roles = z.array(role).min(1).max(ROLES.length);
const fullName = line.min(2).max(200);
const seen = z.strictObject({ version: z.int().min(1).describe("As it was seen"), reason });

const STATE_ACTS: Readonly<Record<StateAct, { url: string; summary: string }>> = {
  suspend: { url: ROUTES.accountSuspend, summary: "Suspend an account and end its sessions at once" },
  reactivate: { url: ROUTES.accountReactivate, summary: "Reactivate a suspended account" },
  end: { url: ROUTES.accountEnd, summary: "End an account for good; its username is never used again" },
};

/** Named accounts, kept by administrators of another login than anybody who works with reads (ACC-2, ACC-7). */
export function accounts(scope: Scope, { rooms: { people } }: ServerOptions): void {
  const see = { access: "account.see" } as const;
  const manage = { access: "account.manage", stepUp: true } as const;

  scope.get(
    ROUTES.accounts,
    {
      config: see,
      schema: {
        tags,
        summary: "Accounts of your organisation, by username",
        querystring: paging.extend({
          search: z.string().trim().min(1).max(100).optional(),
          state: z.enum(ACCOUNT_STATES).optional(),
          organisation: z.string().trim().min(1).max(200).optional().describe("Code; for national roles"),
        }),
        response: { 200: pageOf(accountView) },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const page = await people.accounts.list(filter, { limit, cursor }, callerOf(request));
      return { items: page.items.map(presentAccount), next: page.next };
    },
  );

  scope.post(
    ROUTES.accounts,
    {
      config: manage,
      schema: {
        tags,
        summary: "Create an account",
        description: "Returns a one-time link with which the person sets a password and a second factor.",
        body: z.strictObject({
          username,
          fullName,
          roles: roles.describe("All of one kind: user, oversight or administrator"),
          vetting,
          rank: rank.optional(),
          trainedOn: day.nullable().optional(),
          covert: z.boolean().optional(),
          organisation: z.string().trim().min(1).max(200).optional().describe("Code; your own when absent"),
        }),
        response: { 201: z.strictObject({ account: accountView, enrolment: enrolmentView }) },
      },
    },
    async (request, reply) => {
      const { account, link } = await people.accounts.add(request.body, callerOf(request));
      return reply.code(201).send({ account: presentAccount(account), enrolment: presentLink(link) });
    },
  );

  scope.get(
    ROUTES.account,
    {
      config: see,
      schema: {
        tags,
        summary: "One account, its open tasks and its history, newest first",
        params,
        querystring: paging,
        response: { 200: accountInFull },
      },
    },
    async (request) =>
      presentInFull(await people.accounts.open(request.params.username, request.query, callerOf(request))),
  );

  scope.patch(
    ROUTES.account,
    {
      config: manage,
      schema: {
        tags,
        summary: "Change roles, rank, vetting, training, name or last day",
        params,
        body: seen.extend({
          fullName: fullName.optional(),
          roles: roles.optional(),
          rank: rank.optional(),
          vetting: vetting.optional(),
          trainedOn: day.nullable().optional(),
          covert: z.boolean().optional(),
          leavesOn: day.nullable().optional(),
        }),
        response: { 200: accountView },
      },
    },
    async (request) => {
      const { version, reason: why, ...to } = request.body;
      const { username: of } = request.params;
      return presentAccount(
        await people.accounts.change(of, to, { version, reason: why }, callerOf(request)),
      );
    },
  );

  for (const [to, { url, summary }] of Object.entries(STATE_ACTS) as [
    StateAct,
    { url: string; summary: string },
  ][])
    scope.post(
      url,
      { config: manage, schema: { tags, summary, params, body: seen, response: { 200: accountView } } },
      async (request) =>
        presentAccount(
          await people.accounts.setState(request.params.username, to, request.body, callerOf(request)),
        ),
    );

  scope.post(
    ROUTES.accountEnrolment,
    {
      config: manage,
      schema: {
        tags,
        summary: "Create a new one-time enrolment link; earlier links stop working",
        description:
          "If the person has enrolled before, a second person has to approve first: the answer is 202 with the task to do so. Ask again after that.",
        params,
        body: seen,
        response: { 201: enrolmentView, 202: taskView },
      },
    },
    async (request, reply) => {
      const given = await people.accounts.giveLink(request.params.username, request.body, callerOf(request));
      return "link" in given
        ? reply.code(201).send(presentLink(given.link))
        : reply.code(202).send(presentTask(given.waits));
    },
  );
}
