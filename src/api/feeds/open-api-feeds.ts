import { z } from "zod";
import { DIRECTIONS } from "../../read/capture.ts";

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
  patch: z.string().optional().describe("JPEG, base64"),
  overview: z.string().optional().describe("JPEG, base64"),
});
const result = z.object({
  index: z.int(),
  verdict: z.enum(["stored", "duplicate", "quarantined", "refused"]),
  readId: z.string().optional(),
  quarantineId: z.string().optional(),
  code: z.string().optional(),
  path: z.string().optional(),
  message: z.string().optional(),
});

const json = (schema: z.ZodType): { schema: Record<string, unknown> } => {
  const { $schema: _dropped, ...described } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
  });
  return { schema: described };
};
const text = { schema: { type: "string" } };
const form = {
  schema: {
    type: "object",
    required: ["read"],
    properties: {
      read: json(read).schema,
      patch: { type: "string", contentMediaType: "image/jpeg" },
      overview: { type: "string", contentMediaType: "image/jpeg" },
    },
  },
};
const service = { name: "service", in: "path", required: true, schema: { type: "string" } };
const soap = (version: string) => ({
  get: {
    tags: ["feeds"],
    summary: `BOF ${version} service description`,
    security: [],
    parameters: [service, { name: "wsdl", in: "query", allowEmptyValue: true, schema: { type: "string" } }],
    responses: { 200: { description: "WSDL", content: { "text/xml": text } } },
  },
  post: {
    tags: ["feeds"],
    summary: `BOF ${version} SOAP calls`,
    security: [{ feed: [] }],
    parameters: [service],
    requestBody: { required: true, content: { "text/xml": text } },
    responses: { 200: { description: "SOAP reply", content: { "text/xml": text } } },
  },
});

/** Paths of the feeds for the OpenAPI document. */
export const FEED_PATHS: Readonly<
  Record<string, Record<string, { responses?: Record<string, unknown>; operationId?: string }>>
> = {
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
          "application/json": json(z.union([read, z.array(read)])),
          "application/x-ndjson": text,
          "multipart/form-data": form,
        },
      },
      responses: {
        200: {
          description: "One result for each read",
          content: { "application/json": json(z.object({ results: z.array(result) })) },
        },
      },
    } as never,
  },
  "/bof2/services/{service}": soap("2.2"),
  "/bof2/webservices/{service}": soap("2.3"),
  "/feeds/{protocol}/{key}": {
    post: {
      tags: ["feeds"],
      summary: "Deliver reads over another protocol, by secret path",
      security: [],
      parameters: [
        { name: "protocol", in: "path", required: true, schema: { type: "string" } },
        { name: "key", in: "path", required: true, schema: { type: "string" } },
      ],
      requestBody: { required: true, content: { "*/*": text } },
      responses: { 200: { description: "As the protocol has it" } },
    } as never,
  },
};
