import { closeSync, fsync, openSync, write } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import Fastify from "fastify";
import { GroupCommit } from "../../../src/flow/group-commit.ts";

/**
 * What a machine can do at the most with the same requests, as a process of its own: `bare-server KIND FOLDER` says its port on
 * standard output. `posts`: Fastify with a schema of one read, nothing kept. `kept`: bodies appended to one file and on disk
 * (fsync, many at a time) before they are answered. `events`: a post becomes an event in every open stream.
 */
const KINDS: Readonly<Record<string, (folder: string) => Promise<number>>> = {
  posts: servePosts,
  kept: serveKept,
  events: serveEvents,
};

const READ = {
  type: "object",
  required: ["nrd", "vrm", "captured"],
  properties: {
    nrd: {
      type: "object",
      required: ["feed", "source", "camera"],
      properties: {
        feed: { type: "integer" },
        source: { type: "integer" },
        camera: { type: "integer" },
      },
    },
    vrm: { type: "string", maxLength: 16 },
    captured: { type: "string", format: "date-time" },
    confidence: { type: "number" },
    direction: { type: "string" },
    lane: { type: "integer" },
    country: { type: "string" },
  },
};

async function servePosts(): Promise<number> {
  const server = Fastify();
  const response = {
    200: {
      type: "object",
      properties: { results: { type: "array", items: { type: "object", additionalProperties: true } } },
    },
  };
  server.post("/", { schema: { body: READ, response } }, async () => ({
    results: [{ index: 0, verdict: "accepted" }],
  }));
  await server.listen({ port: 0, host: "127.0.0.1" });
  return portOf(server.server.address());
}

async function serveKept(folder: string): Promise<number> {
  const file = openSync(join(folder, "kept"), "a");
  process.once("exit", () => closeSync(file));
  const [append, sync] = [promisify(write), promisify(fsync)];
  const commit = new GroupCommit<Buffer, true>(async (bodies) => {
    await append(file, Buffer.concat(bodies));
    await sync(file);
    return bodies.map(() => true as const);
  });
  return serve(async (body, response) => {
    await commit.add(body);
    response.end("kept");
  });
}

function serveEvents(): Promise<number> {
  const streams = new Set<ServerResponse>();
  return serve(async (body, response) => {
    if (body.length === 0) {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      streams.add(response);
      response.once("close", () => streams.delete(response));
      return;
    }
    for (const stream of streams) stream.write(`event: hit\ndata: ${body.toString()}\n\n`);
    response.end("sent");
  });
}

function serve(answer: (body: Buffer, response: ServerResponse) => Promise<void>): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => void answer(Buffer.concat(chunks), response));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(portOf(server.address())));
  });
}

function portOf(address: unknown): number {
  if (typeof address === "object" && address !== null && "port" in address) return Number(address.port);
  throw new Error("The server has no port.");
}

const [kind = "", folder = "."] = process.argv.slice(2);
const start = KINDS[kind];
if (start === undefined) throw new Error(`There is no floor ${kind}.`);
console.log(await start(folder));
