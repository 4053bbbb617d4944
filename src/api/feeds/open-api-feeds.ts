import type { DescribedPaths } from "../../ingest/feeds/protocol.ts";
import { PROTOCOLS } from "../../ingest/feeds/registry.ts";

/** Paths of the feeds for the OpenAPI document: what each protocol says of itself, and the secret path that all share. */
export const FEED_PATHS: DescribedPaths = {
  ...Object.assign({}, ...PROTOCOLS.map(({ described = {} }) => described)),
  "/feeds/{protocol}/{key}": {
    post: {
      tags: ["feeds"],
      summary: "Deliver reads over another protocol, by secret path",
      security: [],
      parameters: [
        { name: "protocol", in: "path", required: true, schema: { type: "string" } },
        { name: "key", in: "path", required: true, schema: { type: "string" } },
      ],
      requestBody: { required: true, content: { "*/*": { schema: { type: "string" } } } },
      responses: { 200: { description: "As the protocol has it" } },
    } as never,
  },
};
