import type { FastifyRequest } from "fastify";
import { actOf, auditFirst } from "../../../api/audit-first.ts";
import type { WebPorts } from "../../ports.ts";

/** Signs a person in, with the entries in the audit log that the API makes. Out: the session's secret, or null (ACC-6). */
export async function openSession(
  { rooms, events }: WebPorts,
  given: { username: string; password: string; totp: string },
  { ip: address, id: requestId }: FastifyRequest,
): Promise<string | null> {
  const result = await rooms.signIn.signIn(given);
  if (result.outcome === "refused") {
    await rooms.audit.append({
      actor: given.username.toLowerCase(),
      organisation: null,
      action: "session.refuse",
      outcome: "refused",
      subject: { why: result.why, address },
      requestId,
    });
    events.signInRefused({ address, code: result.why });
    return null;
  }
  const { person, token } = result;
  await rooms.audit.append({
    actor: person.username,
    organisation: person.organisation.id,
    action: "session.open",
    outcome: "done",
    subject: { person: person.id, roles: person.roles, address },
    requestId,
  });
  events.signedIn({ person: person.id, roles: person.roles });
  return token;
}

/** Ends the session a request came with. */
export async function closeSession({ rooms }: WebPorts, request: FastifyRequest): Promise<void> {
  const act = actOf(request);
  await auditFirst(rooms.audit, act, "session.close", { person: act.by.person });
  await rooms.signIn.signOut(request.credential?.secret ?? "");
}
