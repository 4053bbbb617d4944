import type { FastifyReply, FastifyRequest } from "fastify";
import { mayDo } from "../../policy/roles.ts";
import { hitText } from "./present.ts";
import { HitStreamClient } from "./stream-client.ts";
import type { ServerOptions } from "../http/server-options.ts";
import type { StreamPlaces } from "./stream-places.ts";
import { callerOf } from "../http/access.ts";
import type { Caller } from "../../identity/caller.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  // Proxies of the nginx family would collect events before passing them on.
  "x-accel-buffering": "no",
  connection: "keep-alive",
};

/**
 * Opens a hit stream for the person who asks and feeds it until either side ends it. A stream counts as use of its session,
 * so that a board does not go blind at night; it ends with the session's absolute end, or when the session is closed.
 * Its opening is in the log before anything is shown; every few seconds, and at its end, an entry says how much was (AUD-1).
 * @param after the last sequence number the client has; null for hits from now on
 */
export async function openHitStream(
  request: FastifyRequest,
  reply: FastifyReply,
  after: string | null,
  { rooms, events, limits }: Pick<ServerOptions, "rooms" | "events" | "limits">,
  places: StreamPlaces,
): Promise<void> {
  const caller = callerOf(request);
  const secret = request.credential?.secret ?? "";
  places.requirePlace(caller.session.name);
  const ended = new AbortController();
  const hits = await rooms.hits.follow(after, ended.signal, caller);
  // Another stream may have taken the place meanwhile. An opening without an end showed nothing.
  places.requirePlace(caller.session.name);
  reply.hijack();
  reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...HEADERS });
  reply.raw.socket?.setNoDelay(true);

  const client = new HitStreamClient(
    reply.raw,
    limits.streams,
    () => maySeeStill(request, secret, caller, rooms),
    (reason) => {
      ended.abort();
      places.remove(caller.session.name, client);
      events.streamClosed({ person: caller.person, reason });
    },
  );
  places.add(caller.session.name, client);
  events.streamOpened({ person: caller.person });
  // Whoever left while the entry was written will not be heard leaving.
  if (reply.raw.destroyed || request.raw.socket.readableEnded) client.close("stopping");

  const feed = async (): Promise<void> => {
    for await (const event of hits) {
      if (event.kind === "dropped") return client.close("too-slow");
      if (!client.send(event.kind, event.seq, hitText(event.hit))) return;
      events.streamWrote(1);
      // What waits for a slow client waits in the outbox, where it costs nothing.
      await client.drained();
    }
  };
  const fed = feed().catch((error: unknown) => request.log.error({ event: "stream-failed", err: error }));
  places.untilEnded(fed.then(() => client.close("stopping")));
}

/** Whether a stream may go on: all that opened it is asked again. It goes on with the clearance it began with, or not at all. */
async function maySeeStill(
  { ip }: FastifyRequest,
  secret: string,
  began: Caller,
  { signIn, networks }: ServerOptions["rooms"],
): Promise<boolean> {
  const person = (await signIn.sessionOf(secret))?.person;
  return (
    person !== undefined &&
    mayDo(person.roles, "hit.see") &&
    person.standing.covert === began.standing.covert &&
    (await networks.allows(person.organisation.id, ip))
  );
}
