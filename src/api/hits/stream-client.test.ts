import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import type { StreamEnd } from "../../observe/events.ts";
import { HitStreamClient } from "./stream-client.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A real client of one stream; whether it may see is asked of `maySee`. */
async function open(maySee: () => Promise<boolean>, heartbeatMs: number) {
  const limits = { perSession: 1, inAll: 1, bufferBytes: 1_000, heartbeatMs, retryMs: 2_000 };
  const ends: StreamEnd[] = [];
  let stream: HitStreamClient | undefined;
  server = createServer((_request, reply) => {
    stream = new HitStreamClient(reply, limits, maySee, (reason) => ends.push(reason));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const request = get({ port: (server.address() as AddressInfo).port, host: "127.0.0.1" });
  const [reply] = (await once(request, "response")) as [IncomingMessage];
  return { stream: stream as HitStreamClient, rest: text(reply), ends };
}

const DROPPED = 'event: dropped\ndata: {"reason":"not-checked"}\n\n';

it("ends at the heartbeat when nobody can say whether its session is still there", async () => {
  const { stream, rest, ends } = await open(() => Promise.reject(new Error("the store is away")), 10);
  expect(await rest).toContain(DROPPED);
  expect([stream.isOpen, stream.send("hit", "1", "{}"), ends]).toEqual([false, false, ["not-checked"]]);
});

it("ends when it is asked again, because somebody stopped, and nobody can say of whom", async () => {
  const { stream, rest, ends } = await open(() => Promise.reject(new Error("the store is away")), 60_000);
  stream.recheck();
  expect(await rest).toContain(DROPPED);
  expect(ends).toEqual(["not-checked"]);
});
