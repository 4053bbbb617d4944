import { Problem, type ErrorCode } from "../../../errors.ts";

/**
 * The fault codes of BOF2 and what each makes a sender do (PROTOCOLS 1.7). The code is the first four characters of the
 * fault text. A sender that is told 0010 throws the read away, so that is only for what can never be read.
 */
export const FAULTS = {
  "0001": { text: "Not ready", sender: "waits one minute and tries again" },
  "0002": {
    text: "System busy",
    sender: "slows all its calls: 2 s, doubling to 300 s; each success halves the pause",
  },
  "0003": { text: "Web services are disabled for this sender", sender: "stops until a person looks at it" },
  "0005": { text: "Unknown service", sender: "stops using this service" },
  "0010": { text: "Invalid capture information", sender: "does not send the capture again" },
  "0050": { text: "Invalid binary capture data", sender: "sends it again at most three times" },
  "9999": { text: "Internal error", sender: "is told nothing; most try again" },
} as const;

export type FaultCode = keyof typeof FAULTS;

/** A SOAP fault with its BOF2 code. */
export class Bof2Fault extends Error {
  override readonly name = "Bof2Fault";
  readonly code: FaultCode;

  constructor(code: FaultCode, detail: string, cause?: unknown) {
    super(`${code}: ${FAULTS[code].text}: ${detail}`, { cause });
    this.code = code;
  }
}

const BY_PROBLEM: Partial<Record<ErrorCode, FaultCode>> = {
  ARCHIVE_BUSY: "0002",
  TOO_MANY_REQUESTS: "0002",
  NOT_READY: "0001",
  SLOW_BODY: "0001",
  BAD_REQUEST: "0001",
  // Not 0003: a sender that is let in again must come back without anybody going to it.
  SOURCE_SWITCHED_OFF: "0001",
  ORGANISATION_NOT_APPROVED: "0001",
  AGREEMENT_NOT_IN_FORCE: "0001",
  FEED_TOKEN_INVALID: "0003",
  NETWORK_REFUSED: "0003",
  NOT_SIGNED_IN: "0003",
  NOT_AUTHORISED: "0003",
  NOT_FOUND: "0003",
  // Not 0003: one image for another's NRD, or for one that is suspended, must not stop a sender's reads.
  IMAGE_REFUSED: "0050",
  XML_INVALID: "0010",
  XML_FORBIDDEN: "0010",
  TOO_LARGE: "0010",
  MEDIA_TYPE_UNSUPPORTED: "0010",
};

/** The fault for anything thrown while a message was handled; what is not expected becomes 9999 and tells nothing. */
export function faultOf(error: unknown): Bof2Fault {
  if (error instanceof Bof2Fault) return error;
  const code = error instanceof Problem ? BY_PROBLEM[error.code] : undefined;
  if (code === undefined)
    return new Bof2Fault("9999", "something failed on our side; send it again later", error);
  return new Bof2Fault(code, (error as Problem).message, error);
}
