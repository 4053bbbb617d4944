import type { FastifyReply, FastifyRequest } from "fastify";
import { visitOf } from "../api/session/visit-of.ts";
import { Problem } from "../errors.ts";
import { textOf, type FieldError } from "./form.ts";
import { CODE_MISSING, secondFactorOf } from "./pages/session/sign-in/form.ts";
import { stepUpView } from "./pages/session/step-up/view.ts";
import { callerOf } from "../api/http/access.ts";
import type { PageTools } from "./page-tools.ts";

/** The field of the second factor beside those of the form that waits for it. */
const CODE = "_code";
/** A password is never sent back, not even to its owner: it is typed again. */
const NOT_CARRIED = new Set([CODE, "_csrf", "current", "password", "clientSecret"]);

/**
 * Asks for the second factor before a posted form is taken, and carries the form along, so that nothing that was typed is lost.
 * Undefined when it was given and the form may go on.
 */
export async function stepUpOfForm(
  request: FastifyRequest,
  reply: FastifyReply,
  tools: PageTools,
): Promise<FastifyReply | undefined> {
  const body = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  const typed = textOf(body, CODE, 100);
  const outcome = CODE in body ? await giveFactor(request, tools, typed, CODE) : { errors: [], status: 403 };
  if (outcome === "given") return undefined;
  const carried = Object.entries(body)
    .filter(([name]) => !NOT_CARRIED.has(name))
    .flatMap(([name, value]) => [value].flat().map((one) => ({ name, value: String(one) })));
  return tools.show(
    request,
    reply,
    "pages/session/step-up/template.njk",
    stepUpView({ action: request.url, field: CODE, carried, errors: outcome.errors }),
    outcome.status,
  );
}

/** Tries a second factor as typed. Out: `given`, or what to say in the form. */
export async function giveFactor(
  request: FastifyRequest,
  { ports }: PageTools,
  typed: string,
  field: string,
): Promise<"given" | { errors: readonly FieldError[]; status: number }> {
  const wrong = (message: string, status: number) => ({ errors: [{ field, message }], status });
  const factor = secondFactorOf(typed);
  if (factor === undefined) return wrong(CODE_MISSING, 400);
  try {
    const secret = request.credential?.secret ?? "";
    const right = await ports.rooms.signIn.stepUp(secret, callerOf(request), factor, visitOf(request));
    return right ? "given" : wrong("This code is wrong or has been used already. Wait for the next one", 401);
  } catch (error) {
    if (error instanceof Problem && error.code === "TOO_MANY_REQUESTS") return wrong(error.message, 429);
    throw error;
  }
}
