import { readXml, type XmlElement, type XmlLimits } from "../xml.ts";
import { Bof2Fault } from "./faults.ts";

const MOST_HOPS = 8;

/** The one call in a SOAP message, with references resolved and absent and nil alike. */
export interface Operation {
  /** Local name of the first element in Body; its namespace tells nothing (PROTOCOLS 1.1). */
  readonly name: string;
  readonly namespace: string;
  /** The text of the first parameter that has one of these names (lower case); undefined when missing or nil. */
  parameter(...names: readonly string[]): string | undefined;
  /** The items of an array parameter, whatever they are called; an item that is nil is an empty string. */
  items(name: string): string[];
}

/**
 * Reads a SOAP envelope as Axis, .NET, PHP, gSOAP and JAX-WS write it: values inline or behind `href`, `ref` or `enc:ref`,
 * `xsi:nil` or left out, `xsi:type` ignored (PROTOCOLS 1.3).
 * @throws Bof2Fault 0010 when it is no SOAP call or its references lead nowhere; Problem for bad XML.
 */
export function readOperation(text: string, limits: XmlLimits): Operation {
  const envelope = readXml(text, limits);
  const body =
    envelope.name === "Envelope" ? envelope.children.find(({ name }) => name === "Body") : undefined;
  const call = body && callIn(body);
  if (!body || !call) throw new Bof2Fault("0010", "the body is not a SOAP envelope with a call in its Body");
  const byId = collectIds(body, new Map<string, XmlElement>());
  const parameters = new Map<string, XmlElement>();
  for (const child of call.children) {
    const name = child.name.toLowerCase();
    if (!parameters.has(name)) parameters.set(name, child);
  }
  return {
    name: call.name,
    namespace: call.namespace,
    parameter: (...names) => {
      for (const name of names) {
        const found = parameters.get(name);
        if (found) return resolve(found, byId)?.text;
      }
      return undefined;
    },
    items: (name) =>
      call.children
        .filter((child) => child.name.toLowerCase() === name)
        .flatMap((child) => itemsOf(child, byId)),
  };
}

/**
 * The first element of Body that is not there for others to refer to: gSOAP and Axis write those behind the call, but nothing
 * obliges a sender to. Two calls cannot both be answered, so neither is taken.
 */
function callIn(body: XmlElement): XmlElement | undefined {
  const referred = collectReferences(body, new Set());
  const [call, ...others] = body.children.filter(
    ({ name, attributes }) =>
      name !== "multiRef" && attributes.get("root") !== "0" && !referred.has(attributes.get("id") ?? ""),
  );
  if (others.some(({ name, attributes }) => name === call?.name && !attributes.has("id")))
    throw new Bof2Fault("0010", "there are two calls in one Body; send each in a message of its own");
  return call;
}

function collectReferences(element: XmlElement, into: Set<string>): Set<string> {
  for (const child of element.children) {
    const reference = referenceOf(child);
    if (reference !== undefined) into.add(reference);
    collectReferences(child, into);
  }
  return into;
}

/** The id that an element refers to instead of holding its value. */
const referenceOf = ({ attributes }: XmlElement): string | undefined =>
  (attributes.get("href") ?? attributes.get("ref"))?.replace(/^#/, "");

function collectIds(element: XmlElement, into: Map<string, XmlElement>): Map<string, XmlElement> {
  for (const child of element.children) {
    const id = child.attributes.get("id");
    if (id !== undefined && !into.has(id)) into.set(id, child);
    collectIds(child, into);
  }
  return into;
}

/** Follows references to the element that holds the value; undefined for nil. */
function resolve(element: XmlElement, byId: ReadonlyMap<string, XmlElement>): XmlElement | undefined {
  let at = element;
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const nil = at.attributes.get("nil");
    if (nil === "true" || nil === "1") return undefined;
    const reference = referenceOf(at);
    if (reference === undefined) return at;
    const target = byId.get(reference);
    if (!target) throw new Bof2Fault("0010", `the reference ${reference.slice(0, 40)} leads nowhere`);
    at = target;
  }
  throw new Bof2Fault("0010", "references lead round in a circle");
}

/** 2.2 wraps the items in one element; 2.3 repeats the element. */
function itemsOf(element: XmlElement, byId: ReadonlyMap<string, XmlElement>): string[] {
  const array = resolve(element, byId);
  if (array === undefined) return [];
  if (array.children.length > 0) return array.children.map((item) => resolve(item, byId)?.text ?? "");
  const isEmptyArray =
    array.text === "" && (array.attributes.has("arrayType") || array.attributes.has("arraySize"));
  return isEmptyArray ? [] : [array.text];
}
