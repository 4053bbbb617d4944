/**
 * Every error a person, camera or program can be answered with. Codes are for life: never reused, never renamed.
 * `title` is the stable headline; each Problem adds a `detail` that says what is wrong here and what to do.
 */
const CATALOGUE = {
  BAD_REQUEST: { status: 400, title: "The request cannot be understood" },
  INPUT_INVALID: { status: 400, title: "Some of the input is not valid" },
  JSON_INVALID: { status: 400, title: "The body is not valid JSON" },
  XML_INVALID: { status: 400, title: "The body is not valid XML" },
  XML_FORBIDDEN: { status: 400, title: "The XML uses a feature that is never accepted" },
  CSV_HEADING_INVALID: { status: 400, title: "The heading of the CSV file is not what this import takes" },
  CURSOR_INVALID: { status: 400, title: "The page cursor is not valid" },
  NOT_SIGNED_IN: { status: 401, title: "Sign in first" },
  SIGN_IN_FAILED: { status: 401, title: "The sign-in details are wrong" },
  FEED_TOKEN_INVALID: { status: 401, title: "The feed token is not valid" },
  NOT_AUTHORISED: { status: 403, title: "This is not allowed" },
  IMAGE_REFUSED: { status: 403, title: "This image may not be added to that read" },
  CSRF_INVALID: { status: 403, title: "The form has expired" },
  STEP_UP_REQUIRED: { status: 403, title: "Enter your second factor again" },
  ENROLMENT_INVALID: { status: 403, title: "This enrolment link does not work" },
  SOURCE_SWITCHED_OFF: { status: 403, title: "This feed source is switched off" },
  AGREEMENT_NOT_IN_FORCE: { status: 403, title: "The agreement of this feed source is not in force" },
  ORGANISATION_NOT_APPROVED: {
    status: 403,
    title: "The organisation of this feed source may not send reads",
  },
  NETWORK_REFUSED: { status: 403, title: "Requests from this address are not accepted" },
  NOT_FOUND: { status: 404, title: "There is nothing at this address" },
  METHOD_NOT_ALLOWED: { status: 405, title: "This address does not accept that method" },
  CONFLICT: { status: 409, title: "This conflicts with what is already there" },
  TOO_LARGE: { status: 413, title: "The body is larger than this service accepts" },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: "This type of content is not accepted here" },
  SLOW_BODY: { status: 408, title: "The body did not arrive in time" },
  TOO_MANY_REQUESTS: { status: 429, title: "Too many requests" },
  ARCHIVE_BUSY: { status: 503, title: "The archive cannot keep up; nothing was accepted" },
  NOT_FOLLOWED_YET: { status: 503, title: "Done and recorded, but not yet followed by every process" },
  LOG_UNAVAILABLE: { status: 503, title: "The audit log cannot be written; nothing was done" },
  LOG_END_UNAVAILABLE: { status: 503, title: "The audit log cannot be written; it may have been done" },
  LOG_BROKEN: { status: 503, title: "The audit log is not what was signed" },
  NOT_READY: { status: 503, title: "The service is starting or stopping" },
  INTERNAL: { status: 500, title: "Sorry, there is a problem with the service" },
} as const;

export type ErrorCode = keyof typeof CATALOGUE;

/** One thing wrong with the input: where it is, and what to do. */
export interface InputError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** An expected failure with a stable code; the edge turns it into RFC 9457 `application/problem+json` or a page. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ErrorCode;
  readonly errors: readonly InputError[];
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined;
  /** Members of the reply beyond the RFC's own, such as the rules that refused. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    detail: string,
    more: {
      errors?: readonly InputError[];
      retryAfter?: number;
      extra?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter;
    this.extra = more.extra ?? {};
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }

  get title(): string {
    return CATALOGUE[this.code].title;
  }

  /** The body of the reply. */
  toJSON(): Record<string, unknown> {
    return {
      type: "about:blank",
      status: this.status,
      code: this.code,
      title: this.title,
      detail: this.message,
      ...(this.errors.length > 0 ? { errors: this.errors } : {}),
      ...this.extra,
    };
  }
}

/**
 * The store read what it was given, refused it for what it says (a value that does not fit its column), and kept none of it.
 * Only then may a group be written again in parts: after any other failure some of it may be there.
 */
export class DataRefused extends Error {
  override readonly name = "DataRefused";
}

/** A store's server cannot be reached or does not answer: nothing is known of what became of what was asked. */
export class StoreGone extends Error {
  override readonly name = "StoreGone";
}
