import type { Decoded } from "../../../read/capture.ts";
import type { Outcome } from "../../outcome.ts";
import type { ProtocolContext } from "../protocol.ts";
import { acknowledgementOf } from "./acknowledgement.ts";
import { decodeCapture, decodeLateImage, type Reception } from "./decode-capture.ts";
import { decodeCompact } from "./decode-compact.ts";
import type { Operation } from "./envelope.ts";
import { Bof2Fault } from "./faults.ts";
import { replyWith, replyWithArray, type ReplyContext } from "./replies.ts";

const MOST_CAPTURES = 50;
const INVENTED_NAMESPACE = "bof.homeoffice.gov.uk";

/** What answers an operation: takes the call, resolves with the SOAP reply once the data is durable. */
export type Answer = (
  call: Operation,
  reception: Reception,
  reply: ReplyContext,
  context: ProtocolContext,
) => Promise<string>;

/** The acknowledgement of one capture; null when it was refused. Set aside is acknowledged: the sender must not repeat it. */
function acknowledge(element: Decoded, outcome: Outcome | undefined): string | null {
  return "capture" in element && outcome && outcome.verdict !== "refused"
    ? acknowledgementOf(element.capture)
    : null;
}

async function takeOne(
  element: Decoded,
  reception: Reception,
  reply: ReplyContext,
  context: ProtocolContext,
) {
  const [outcome] = await context.intake.take([element], reception.source);
  const acknowledgement = acknowledge(element, outcome);
  if (acknowledgement !== null) return replyWith(reply, acknowledgement);
  const { path, message } = outcome?.verdict === "refused" ? outcome : { path: "", message: "refused" };
  throw new Bof2Fault("0010", path ? `${path}: ${message}` : message);
}

const sendCapture: Answer = (call, reception, reply, context) =>
  takeOne(decodeCapture(call, reception), reception, reply, context);

const sendCompactCapture: Answer = async (call, reception, reply, context) => {
  const text = call.parameter("capture");
  if (text === undefined)
    throw new Bof2Fault("0010", "sendCompactCapture has one parameter, capture, and it is missing");
  return takeOne(decodeCompact(text, reception), reception, reply, context);
};

const sendCompoundCapture: Answer = async (call, reception, reply, context) => {
  const texts = call.items("captures");
  if (texts.length > MOST_CAPTURES) {
    throw new Bof2Fault("0010", `${texts.length} captures in one call; send at most ${MOST_CAPTURES}`);
  }
  const elements = texts.map((text) => decodeCompact(text, reception));
  const outcomes = elements.length > 0 ? await context.intake.take(elements, reception.source) : [];
  const answers = elements.map((element, index) => acknowledge(element, outcomes[index]) ?? "ERROR");
  if (reception.source.compoundReply === "string") return replyWith(reply, answers.join(","));
  return replyWithArray(reply, answers);
};

const addBinaryCaptureData: Answer = async (call, reception, reply, context) => {
  const image = await decodeLateImage(call, reception);
  if ("code" in image) throw new Bof2Fault("0050", `${image.path}: ${image.message}`);
  await context.intake.takeImage(image, reception.source);
  return replyWith(reply, image.vrm);
};

const ping: Answer = async (_call, _reception, reply) => replyWith(reply, "true", "boolean");

const ANSWERS: Readonly<Record<string, Answer>> = {
  sendCapture,
  sendCompactCapture,
  sendCompoundCapture,
  addBinaryCaptureData,
  ping,
};

export const OPERATIONS = Object.keys(ANSWERS);

/**
 * What answers a call, by its local name alone.
 * @throws Bof2Fault 0005 for every other operation, hotlists and PNC checks among them, and for the invented integration that
 * circulates (PROTOCOLS 1.9).
 */
export function answerFor(call: Operation): Answer {
  if (call.namespace.includes(INVENTED_NAMESPACE)) {
    throw new Bof2Fault(
      "0005",
      `the namespace ${call.namespace.slice(0, 80)} is of no BOF2 version; see ?wsdl of this service`,
    );
  }
  const answer = Object.hasOwn(ANSWERS, call.name) ? ANSWERS[call.name] : undefined;
  if (answer) return answer;
  throw new Bof2Fault(
    "0005",
    `the operation ${call.name.slice(0, 60)} is not offered; offered are ${OPERATIONS.join(", ")}`,
  );
}
