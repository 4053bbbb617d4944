import { randomUUID } from "node:crypto";
import { parameterText } from "./bind-parameters.ts";
import type { ClickHouseParameters } from "./clickhouse.ts";

/**
 * A statement and the values bound in it as a multipart form, so that nothing of them stands in the URL: servers bound its
 * length, and write it to logs of their own (SEC-7). Values stay data: a part ends only at a boundary that nobody can guess.
 */
export function statementForm(
  sql: string,
  parameters: ClickHouseParameters,
): { readonly body: string; readonly contentType: string } {
  const boundary = randomUUID();
  const values = Object.entries(parameters).map(([name, value]) =>
    part(`param_${name}`, parameterText(value)),
  );
  const body = [part("query", sql), ...values].map((text) => `--${boundary}\r\n${text}`).join("");
  return { body: `${body}--${boundary}--\r\n`, contentType: `multipart/form-data; boundary=${boundary}` };
}

const part = (name: string, text: string): string =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
