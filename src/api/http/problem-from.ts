import { z } from "zod";
import { Problem, StoreGone, type ErrorCode, type InputError } from "../../errors.ts";

/** What fastify, its plugins and node say, in the words of our catalogue. Everything not listed goes by its status. */
const BY_CODE: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "MEDIA_TYPE_UNSUPPORTED",
    "Send one of the content types that the documentation names for this address.",
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ["JSON_INVALID", "Send a body that is valid JSON, in UTF-8."],
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    "JSON_INVALID",
    "The body is empty; send JSON, or leave out the content type.",
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "BAD_REQUEST",
    "The body is not as long as the content-length header says.",
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: ["TOO_LARGE", "Send less at a time."],
  FST_ERR_MAX_PARAM_LENGTH: ["NOT_FOUND", "Part of the address is longer than any that exists here."],
  FST_ERR_BAD_URL: ["BAD_REQUEST", "The address is not a valid URL."],
  FST_ERR_INVALID_URL: ["BAD_REQUEST", "The address is not a valid URL."],
  FST_ERR_HANDLER_TIMEOUT: ["NOT_READY", "The answer took too long; try again later."],
  // PostgreSQL ended a statement that took longer than the setting lets it.
  "57014": ["NOT_READY", "The answer took too long; try again later, or ask for less at a time."],
  FST_REQ_FILE_TOO_LARGE: ["TOO_LARGE", "One part of the form is larger than this service accepts."],
  FST_FILES_LIMIT: ["TOO_LARGE", "The form has more files than this service accepts."],
  FST_PARTS_LIMIT: ["TOO_LARGE", "The form has more parts than this service accepts."],
  FST_FIELDS_LIMIT: ["TOO_LARGE", "The form has more fields than this service accepts."],
  FST_INVALID_MULTIPART_CONTENT_TYPE: [
    "MEDIA_TYPE_UNSUPPORTED",
    "Send multipart/form-data with its boundary.",
  ],
  ECONNRESET: ["BAD_REQUEST", "The connection ended before the body did."],
  ERR_STREAM_PREMATURE_CLOSE: ["BAD_REQUEST", "The connection ended before the body did."],
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: "NOT_SIGNED_IN",
  403: "NOT_AUTHORISED",
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  408: "SLOW_BODY",
  413: "TOO_LARGE",
  415: "MEDIA_TYPE_UNSUPPORTED",
  429: "TOO_MANY_REQUESTS",
  503: "NOT_READY",
};

const STORE_GONE_RETRY_SECONDS = 5;

interface Told {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly message?: unknown;
  readonly validation?: unknown;
  readonly validationContext?: unknown;
}

interface Finding {
  readonly keyword?: string;
  readonly instancePath?: string;
  readonly message?: string;
}

const MOST_FINDINGS = 50;
const LONGEST_MESSAGE = 300;

/** `/nrd/feed` in a body becomes `nrd.feed`; elsewhere the part of the request comes first, as in `querystring.limit`. */
function inputErrors(told: Told): InputError[] {
  const context = typeof told.validationContext === "string" ? told.validationContext : "body";
  const prefix = context === "body" ? [] : [context];
  return (told.validation as readonly Finding[]).slice(0, MOST_FINDINGS).map((finding) => {
    const steps = (finding.instancePath ?? "").split("/").filter(Boolean);
    return {
      path: [...prefix, ...steps].join(".").slice(0, LONGEST_MESSAGE),
      code: (finding.keyword ?? "invalid").toUpperCase(),
      message: (finding.message ?? "is not valid").slice(0, LONGEST_MESSAGE),
    };
  });
}

/**
 * Turns whatever was thrown into a Problem that may be shown to anyone. A fault of ours becomes INTERNAL with nothing of its
 * text; the original is its `cause`, for the log.
 */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreGone)
    return new Problem("NOT_READY", "A store of this service cannot be reached; try again shortly.", {
      cause: error,
      retryAfter: STORE_GONE_RETRY_SECONDS,
    });
  if (typeof error !== "object" || error === null) return fault(error);
  const told = error as Told;
  if (Array.isArray(told.validation)) {
    return new Problem("INPUT_INVALID", "Correct what is named in `errors` and send it again.", {
      errors: inputErrors(told),
      cause: error,
    });
  }
  if (error instanceof z.ZodError) {
    const validation = error.issues.map(({ path, code, message }) => ({
      instancePath: `/${path.join("/")}`,
      keyword: code,
      message,
    }));
    return problemFrom({ validation });
  }
  const known = typeof told.code === "string" ? BY_CODE[told.code] : undefined;
  if (known !== undefined) return new Problem(known[0], known[1], { cause: error });
  const status = typeof told.statusCode === "number" ? told.statusCode : 500;
  if (status < 400 || (status >= 500 && status !== 503)) return fault(error);
  return new Problem(
    BY_STATUS[status] ?? "BAD_REQUEST",
    "The request was turned away before it was looked at.",
    { cause: error },
  );
}

const fault = (cause: unknown): Problem =>
  new Problem(
    "INTERNAL",
    "This has been logged under the request id. Nothing is known to have changed; try again later.",
    {
      cause,
    },
  );
