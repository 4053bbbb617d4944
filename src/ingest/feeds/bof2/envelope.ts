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
  const call = body?.children.find(
    ({ name, attributes }) => name !== "multiRef" && attributes.get("root") !== "0",
  );
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
    const reference = at.attributes.get("href") ?? at.attributes.get("ref");
    if (reference === undefined) return at;
    const target = byId.get(reference.replace(/^#/, ""));
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
