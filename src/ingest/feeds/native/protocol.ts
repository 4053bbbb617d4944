import type { FastifyReply, FastifyRequest } from "fastify";
import { NATIVE_PATHS } from "./described.ts";
import { Problem } from "../../../errors.ts";
import type { Decoded } from "../../../read/capture.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { acceptAnyBody, bodyStream, mustClose, readBody } from "../body.ts";
import { boundaryOf } from "../multipart.ts";
import type { Protocol, ProtocolContext } from "../protocol.ts";
import { decodeMultipart } from "./decode-multipart.ts";
import { decodeNative, type NativeOptions } from "./decode-native.ts";
import { parseJson } from "./json-shape.ts";
import type { Line } from "./line-splitter.ts";
import { NdjsonIntake } from "./ndjson-intake.ts";
import { resultOf } from "./reply.ts";

const NDJSON_TYPES = new Set(["application/x-ndjson", "application/ndjson", "application/jsonl"]);

/** Our own form: `POST /v1/reads` with JSON, NDJSON or multipart. */
export const native: Protocol = {
  name: "native",
  secretPath: "none",
  pathFor: () => "/v1/reads",
  described: NATIVE_PATHS,
  routes(app, context) {
    void app.register(async (scope) => {
      acceptAnyBody(scope);
      scope.post("/v1/reads", async (request, reply) => {
        try {
          return await receive(request, reply, context);
        } catch (error) {
          if (mustClose(error)) void reply.header("connection", "close");
          throw error;
        }
      });
    });
  },
};

async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ProtocolContext,
): Promise<unknown> {
  const source = await context.sourceOf(request);
  const options: NativeOptions = {
    limits: context.limits,
    onSpeed: () => context.metrics.message("native", "speed-dropped"),
  };
  const mediaType = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (NDJSON_TYPES.has(mediaType)) return receiveLines(request, reply, context, source, options);
  if (mediaType === "application/json") return receiveJson(request, context, source, options);
  if (mediaType === "multipart/form-data") {
    context.metrics.message("native", "multipart");
    const body = await readBody(request, context.limits);
    const boundary = boundaryOf(request.headers["content-type"]);
    return answer([decodeMultipart(body, boundary, source, options)], source, context);
  }
  throw new Problem(
    "MEDIA_TYPE_UNSUPPORTED",
    "Send application/json, application/x-ndjson or multipart/form-data, and say which in Content-Type.",
  );
}

async function receiveJson(
  request: FastifyRequest,
  context: ProtocolContext,
  source: FeedSource,
  options: NativeOptions,
): Promise<unknown> {
  context.metrics.message("native", "json");
  const { elements: most, jsonDepth } = context.limits;
  const value = parseJson(await readBody(request, context.limits), jsonDepth);
  const elements: unknown[] = Array.isArray(value) ? value : [value];
  if (elements.length > most) {
    throw new Problem(
      "TOO_LARGE",
      `The array has ${elements.length} reads; send at most ${most}, or NDJSON of any length.`,
    );
  }
  if (typeof value !== "object" || value === null) {
    throw new Problem("INPUT_INVALID", "Send one read as a JSON object, or several as an array of objects.");
  }
  return answer(
    elements.map((element) => decodeNative(element, source, options)),
    source,
    context,
  );
}

async function answer(
  elements: readonly Decoded[],
  source: FeedSource,
  context: ProtocolContext,
): Promise<unknown> {
  const outcomes = await context.intake.take(elements, source);
  return { results: outcomes.map((outcome, index) => resultOf(index, outcome)) };
}

async function receiveLines(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ProtocolContext,
  source: FeedSource,
  options: NativeOptions,
): Promise<unknown> {
  context.metrics.message("native", "ndjson");
  const body = bodyStream(request);
  if (body === null) return { results: [] };
  const decode = (line: Line): Decoded => decodeLine(line, source, options);
  const intake = new NdjsonIntake(body, context.intake, source, context.limits, decode);
  try {
    const results = await intake.start();
    reply.raw.once("finish", () => {
      if (intake.stopped) void intake.untilBodyEnded().then(() => request.raw.socket.destroySoon());
    });
    return reply.type("application/json").send(results);
  } catch (error) {
    void reply.header("connection", "close");
    throw error;
  }
}

function decodeLine(line: Line, source: FeedSource, options: NativeOptions): Decoded {
  if (typeof line !== "string") {
    const message = `The line is longer than ${options.limits.lineBytes} bytes; it was skipped.`;
    return { refusal: { code: "ELEMENT_TOO_LARGE", path: "", message } };
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { refusal: { code: "JSON_INVALID", path: "", message: "The line is not valid JSON." } };
  }
  return decodeNative(value, source, options);
}
