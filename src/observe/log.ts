import { KINDS } from "../enquiry/kinds.ts";
import pino, { type DestinationStream, type Logger } from "pino";

export type { Logger } from "pino";

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** Members that are never printed, at any level, wherever a caller puts them at the top or one level down. */
const SECRETS = [
  "authorization",
  "cookie",
  "set-cookie",
  "password",
  "totp",
  "totpSecret",
  "token",
  "secret",
  "masterKey",
  "csrf",
];
/** Members that name a vehicle; printed only while somebody is debugging. */
const VEHICLES = [...new Set(["vrm", "sent", ...Object.values(KINDS).flatMap(({ vehicle }) => vehicle)])];

const anywhere = (name: string): readonly string[] => {
  const quoted = /^[a-z]+$/i.test(name) ? name : `["${name}"]`;
  const dotted = quoted.startsWith("[") ? quoted : `.${quoted}`;
  return [quoted, `*${dotted}`, `*.*${dotted}`];
};

/** The path of a URL as it may be printed: no query, no secret key of a feed path, and no enrolment link. */
export function printablePath(url: string): string {
  const end = url.indexOf("?");
  const path = end === -1 ? url : url.slice(0, end);
  if (path.startsWith("/enrol/")) return "/enrol/[secret]";
  return path.startsWith("/feeds/") ? path.replace(/^(\/feeds\/[^/]*\/).+$/, "$1[secret]") : path;
}

interface LoggedRequest {
  readonly method?: string;
  readonly url?: string;
  readonly ip?: string;
}

/**
 * The one logger of a process: JSON lines, or readable lines on a terminal. Secrets are replaced by `[secret]`; VRMs too
 * unless the level is `debug` or `trace` (SEC-7: a log must not become a second archive).
 * @param options.destination where lines go instead of standard output (tests)
 */
export function createLogger(options: {
  level: LogLevel;
  pretty?: boolean;
  destination?: DestinationStream;
}): Logger {
  const debugging = options.level === "debug" || options.level === "trace";
  const hidden = debugging ? SECRETS : [...SECRETS, ...VEHICLES];
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: hidden.flatMap(anywhere), censor: "[secret]" },
    serializers: {
      req: (request: LoggedRequest) => ({
        method: request.method,
        path: printablePath(request.url ?? ""),
        address: request.ip,
      }),
      res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      err: pino.stdSerializers.err,
    },
  };
  if (options.destination !== undefined) return pino(settings, options.destination);
  if (options.pretty !== true) return pino(settings);
  return pino({
    ...settings,
    transport: { target: "pino-pretty", options: { ignore: "pid,hostname", singleLine: true } },
  });
}
