import type { FastifySerializerCompiler } from "fastify/types/schema.js";
import { z } from "zod";

/**
 * How replies become text. The schemas describe replies for the OpenAPI document; on the way out nothing is stripped and
 * nothing is paid for. With `check` (tests) a reply that does not fit its schema is a fault.
 */
export function replyCompiler(check: boolean): FastifySerializerCompiler<z.ZodType> {
  return ({ schema, method, url }) => {
    if (!check) return JSON.stringify;
    return (data) => {
      const parsed = schema.safeParse(JSON.parse(JSON.stringify(data)));
      if (!parsed.success)
        throw new Error(
          `${method} ${url} replied otherwise than documented: ${z.prettifyError(parsed.error)}`,
        );
      return JSON.stringify(data);
    };
  };
}
