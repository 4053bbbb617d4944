import type { FastifyReply, FastifyRequest } from "fastify";
import { NATIVE_PATHS } from "./described.ts";
import { Problem } from "../../../errors.ts";
import type { Decoded } from "../../../read/capture.ts";
import type { FeedSource } from "../../../source/feed-source.ts";
import { acceptAnyBody, bodyStream, mustClose, readBody } from "../body.ts";
import { boundaryOf, looksMultipart } from "../multipart.ts";
import type { Protocol, ProtocolContext } from "../protocol.ts";
import { decodeJson, decodeLine, decodeLines, looksLines } from "./decode-json.ts";
import { decodeMultipart } from "./decode-multipart.ts";
import type { NativeOptions } from "./native-options.ts";
import type { Line } from "./line-splitter.ts";
import { NdjsonIntake } from "./ndjson-intake.ts";
import { resultOf } from "./reply.ts";

const SNIFFED_BYTES = 1_024;
const JSON_TYPES = new Set([
  "application/json",
  "application/cloudevents+json",
  "application/cloudevents-batch+json",
]);
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
  try {
    const body = await readBody(request, context.limits);
    const form = formOf(mediaType, body);
    context.metrics.message("native", form);
    const boundary = boundaryOf(request.headers["content-type"]);
    const elements =
      form === "multipart"
        ? decodeMultipart(body, boundary, source, options)
        : form === "lines"
          ? decodeLines(body, source, options)
          : decodeJson(body, source, options);
    return await answer(elements, source, context);
  } catch (error) {
    context.unreadable(request, error);
    throw error;
  }
}

/**
 * What a whole body is: what its Content-Type says where that is a form of ours, and else what it begins like, because many
 * senders cannot set the header (PROTOCOLS 0.3).
 * @throws Problem MEDIA_TYPE_UNSUPPORTED
 */
function formOf(mediaType: string, body: Buffer): "json" | "lines" | "multipart" {
  if (mediaType === "multipart/form-data" || looksMultipart(body)) return "multipart";
  if (JSON_TYPES.has(mediaType)) return looksLines(body) ? "lines" : "json";
  const begins = /^[\uFEFF\s]*([[{])/.exec(body.toString("utf8", 0, SNIFFED_BYTES))?.[1];
  if (begins !== undefined) return looksLines(body) ? "lines" : "json";
  throw new Problem(
    "MEDIA_TYPE_UNSUPPORTED",
    "Send application/json, application/x-ndjson or multipart/form-data, and say which in Content-Type.",
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
  const body = bodyStream(request, context.limits);
  if (body === null) return { results: [] };
  const decode = (line: Line): Decoded => decodeLine(line, source, options);
  const intake = new NdjsonIntake(body, context.intake, source, context.limits, decode);
  try {
    const results = await intake.start();
    reply.raw.once("finish", () => {
      if (!intake.stopped) return;
      // What was asked within the process has no socket that could be closed.
      const close = (): void => request.raw.socket.destroySoon();
      intake
        .untilBodyEnded()
        .then(close)
        .catch(() => undefined);
    });
    return reply.type("application/json").send(results);
  } catch (error) {
    void reply.header("connection", "close");
    throw error;
  }
}
