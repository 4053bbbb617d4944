import { Problem } from "../../../errors.ts";
import type { FeedLimits } from "../protocol.ts";
import type { XmlElement } from "../xml.ts";
import { eventOf, type HikvisionEvent } from "./event.ts";

const WRAPPER = "EventNotificationAlert";
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/**
 * The events in a JSON body, as newer firmware writes it: the members of the XML form under the same names, one object or an
 * array of them, wrapped or not.
 * @throws Problem INPUT_INVALID when it is no JSON, nests too deep or holds no event
 */
export function eventsOfJson(text: string, { xmlDepth }: FeedLimits): readonly HikvisionEvent[] {
  const events = [parsed(text)]
    .flat()
    .flatMap((value) => (isObject(value) ? [value[WRAPPER] ?? value].flat() : []))
    .filter((value) => isObject(value) && ("eventType" in value || "ANPR" in value))
    .map((value) => eventOf(elementOf(WRAPPER, value, xmlDepth)));
  if (events.length > 0) return events;
  throw new Problem("INPUT_INVALID", "The JSON is not an event.");
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("INPUT_INVALID", "The body is not valid JSON.");
  }
}

/** A value as the XML form has it: members are children, and an array is its element several times. */
function elementOf(name: string, value: unknown, levels: number): XmlElement {
  if (levels === 0) throw new Problem("INPUT_INVALID", "The JSON is nested too deep.");
  const children = isObject(value)
    ? Object.entries(value).flatMap(([member, inner]) =>
        [inner].flat().map((one) => elementOf(member, one, levels - 1)),
      )
    : [];
  const isText = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  const text = isText ? String(value).trim() : "";
  return { name, attributes: NO_ATTRIBUTES, namespace: "", children, text };
}
