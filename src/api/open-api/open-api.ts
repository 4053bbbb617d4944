import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { FEED_PATHS } from "../feeds/open-api-feeds.ts";
import { LOG_PATHS } from "../log/open-api-log.ts";
import { plainNames } from "./plain-names.ts";

type Transform = typeof jsonSchemaTransform;
type Document = Parameters<Transform>[0];

/** As the library's, and besides: bodies by content type, CSV among them, and who a route is for. */
const transform: Transform = (document: Document) => {
  const { schema, route } = document;
  if (schema === undefined) return jsonSchemaTransform(document);
  const { access, csvOrJson, stepUp } = route.config ?? {};
  const transformed = jsonSchemaTransform({
    ...document,
    schema: { ...schema, body: csvOrJson ?? schema.body },
  });
  const described = transformed.schema as Record<string, unknown>;
  if (csvOrJson !== undefined) {
    described["body"] = {
      content: {
        "application/json": { schema: described["body"] },
        "text/csv": { schema: { type: "string" } },
      },
    };
  }
  if (access === "public") described["security"] = [];
  else if (access !== undefined && access !== "signed-in") described["x-action"] = access;
  if (stepUp === true) described["x-step-up"] = true;
  return transformed;
};

const PROBLEM_RESPONSE = {
  description: "What is wrong, and what to do",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

/**
 * Collects the routes of a scope into one OpenAPI 3.1 document, with the feeds and the public log beside them; `app.openApi()`
 * gives it once the server is ready.
 * @param version of the program
 */
export async function describeApi(api: FastifyInstance, version: string): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Waywarden",
        version,
        description:
          "An open national number plate reading service. Replies carry in `x-audit-index` the indexes of the audit entries " +
          "that were written for them; `/v1/audit/{id}/proof` proves that such an entry is in the log.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" } as never,
      },
      servers: [{ url: "/" }],
      security: [{ cookie: [] }, { bearer: [] }],
      components: {
        securitySchemes: {
          cookie: { type: "apiKey", in: "cookie", name: "waywarden_session" },
          bearer: { type: "http", scheme: "bearer", description: "The session's token" },
          feed: {
            type: "http",
            scheme: "bearer",
            description: "A feed token; it belongs to one source of one organisation",
          },
        },
      },
    },
    transform,
    transformObject: jsonSchemaTransformObject,
    convertConstToEnum: false,
  });
  let document: Record<string, unknown> | null = null;
  api.openApi = () => (document ??= complete(api.swagger() as unknown as OpenApi));
}

interface OpenApi {
  paths: Record<string, Record<string, { responses?: Record<string, unknown>; operationId?: string }>>;
}

/** Adds the feeds, a name for every operation and the one shape of every error. */
function complete(described: OpenApi): Record<string, unknown> {
  const paths = Object.entries({ ...described.paths, ...FEED_PATHS, ...LOG_PATHS }).sort(([a], [b]) =>
    a.localeCompare(b),
  );
  for (const [path, operations] of paths) {
    for (const [method, operation] of Object.entries(operations)) {
      operation.operationId ??= [method, ...path.split(/[^A-Za-z0-9]+/).filter(Boolean)].join("-");
      operation.responses = { ...operation.responses, default: PROBLEM_RESPONSE };
    }
  }
  return plainNames({ ...described, paths: Object.fromEntries(paths) });
}
