import { Problem, type ErrorCode } from "../errors.ts";

/** What a source's page calls a message that could not be read. */
export const MESSAGE_UNREADABLE = "MESSAGE_UNREADABLE";

const CODES = new Set<ErrorCode>([
  "XML_INVALID",
  "XML_FORBIDDEN",
  "JSON_INVALID",
  "INPUT_INVALID",
  "TOO_LARGE",
  "MEDIA_TYPE_UNSUPPORTED",
]);

/** Whether an error says that a message as a whole could not be read, whoever sent it. */
export const isUnreadable = (error: unknown): error is Problem =>
  error instanceof Problem && CODES.has(error.code);
