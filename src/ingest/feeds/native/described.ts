import { z } from "zod";
import { DIRECTIONS } from "../../../read/capture.ts";
import type { DescribedPaths } from "../protocol.ts";

/** The feeds decode bytes themselves, for speed and for senders that keep to no schema; here is what well-behaved ones send. */
const identity = z.strictObject({ feed: z.int(), source: z.int(), camera: z.int() });
const read = z.object({
  nrd: z.union([identity, z.string().describe("The register's id")]),
  vrm: z.string(),
  captured: z.iso.datetime({ offset: true }),
  confidence: z.number().min(0).max(100).optional(),
  direction: z.enum(DIRECTIONS).optional(),
  lane: z.int().min(1).optional(),
  country: z.string().length(2).optional(),
  position: z.object({ lat: z.number(), lon: z.number() }).optional(),
  make: z.string().optional(),
  model: z.string().optional(),
  colour: z.string().optional(),
  patch: z.string().optional().describe("JPEG, base64; other pictures are converted"),
  overview: z.string().optional().describe("JPEG, base64; other pictures are converted"),
});
const note = z.object({
  code: z.string(),
  path: z.string(),
  message: z.string(),
});
const result = z.object({
  index: z.int(),
  verdict: z.enum(["stored", "duplicate", "quarantined", "refused"]),
  readId: z.string().optional(),
  quarantineId: z.string().optional(),
  code: z.string().optional(),
  path: z.string().optional(),
  message: z.string().optional(),
  notes: z
    .array(note)
    .optional()
    .describe("What the read was kept without, or what was converted, cut or added"),
});

z.globalRegistry.add(read, { id: "NewRead" });
z.globalRegistry.add(note, { id: "ReadNote" });
z.globalRegistry.add(result, { id: "ReadResult" });
const newRead = { $ref: "#/components/schemas/NewReadInput" };

const text = { schema: { type: "string" } };
const cloudEvent = {
  schema: {
    type: "object",
    required: ["specversion", "id", "source", "type", "data"],
    properties: { specversion: { const: "1.0" }, data: newRead },
  },
};
const form = {
  schema: {
    type: "object",
    required: ["read"],
    properties: {
      read: newRead,
      patch: { type: "string", contentMediaType: "image/jpeg" },
      overview: { type: "string", contentMediaType: "image/jpeg" },
    },
  },
};
/** `POST /v1/reads`, for the OpenAPI document. */
export const NATIVE_PATHS: DescribedPaths = {
  "/v1/reads": {
    post: {
      tags: ["feeds"],
      summary: "Deliver reads",
      description:
        "Answered after the data is durable, in the order sent. 503 with Retry-After before anything is accepted when the archive cannot keep up.",
      security: [{ feed: [] }],
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: { anyOf: [newRead, { type: "array", items: newRead }] } },
          "application/cloudevents+json": cloudEvent,
          "application/cloudevents-batch+json": { schema: { type: "array", items: cloudEvent.schema } },
          "application/x-ndjson": text,
          "multipart/form-data": form,
        },
      },
      responses: {
        200: {
          description: "One result for each read",
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["results"],
                properties: {
                  results: { type: "array", items: { $ref: "#/components/schemas/ReadResult" } },
                },
              },
            },
          },
        },
      },
    } as never,
  },
};
