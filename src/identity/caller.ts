import type { Person } from "./person.ts";
import type { Principal } from "../policy/principal.ts";
import type { Actor } from "../audit/actor.ts";

/** The session a request came under. Times are epoch milliseconds UTC. */
export interface CallersSession {
  /** Names the session in limits and logs; not the secret that the cookie holds. */
  readonly name: string;
  /** When it ends at the latest. */
  readonly expires: number;
  /** What forms and scripts send back as `x-csrf-token`. */
  readonly csrfToken: string;
  /** When the second factor was last given. */
  readonly steppedUp: number;
}

/** Who acts: a person with a session, under one request. Every act, look and decision is given this and nothing else. */
export interface Caller extends Principal {
  readonly username: string;
  readonly fullName: string;
  readonly organisation: { readonly id: number; readonly name: string };
  readonly session: CallersSession;
  readonly requestId: string;
  /** The same person as the log names them. */
  readonly actor: Actor;
}

/** A person as the log names them, under a request. */
export const actorFrom = (
  { id, username, organisation }: Pick<Person, "id" | "username" | "organisation">,
  requestId: string | null,
): Actor => ({ name: username, person: id, organisation: organisation.id, requestId });

/** A person with a session, as the one who acts under a request. */
export const callerFrom = (
  person: Omit<Person, "kind" | "state">,
  session: CallersSession,
  requestId: string,
): Caller => ({
  person: person.id,
  username: person.username,
  fullName: person.fullName,
  organisation: person.organisation,
  roles: person.roles,
  standing: person.standing,
  session,
  requestId,
  actor: actorFrom(person, requestId),
});
