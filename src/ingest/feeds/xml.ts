import { SaxesParser } from "saxes";
import { Problem } from "../../errors.ts";
import { cutBase64, type CutText } from "./xml-cut.ts";
import { NOT_XML } from "./xml-text.ts";

const MOST_ATTRIBUTES = 64;

/** One element, reduced to what feeds need: names are local names, text is the element's own, trimmed. */
export interface XmlElement {
  readonly name: string;
  /** By local name, without namespace declarations. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly namespace: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export interface XmlLimits {
  readonly xmlDepth: number;
  readonly xmlElements: number;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly namespaces: ReadonlyMap<string, string>;
  readonly namespace: string;
  readonly children: XmlElement[];
  text: string;
}

const NO_NAMESPACES: ReadonlyMap<string, string> = new Map();
const malformed = (detail: string): Problem =>
  new Problem("XML_INVALID", `The XML is not well-formed: ${detail}`);
const forbidden = (what: string): Problem =>
  new Problem("XML_FORBIDDEN", `The XML holds ${what}, which is never accepted; send it without.`);

/**
 * Reads an XML document into a small tree. Document types, entities of one's own and processing instructions are refused;
 * depth, elements and attributes are bounded. Undeclared prefixes are let through, because devices forget them.
 * @throws Problem XML_INVALID or XML_FORBIDDEN.
 */
export function readXml(text: string, limits: XmlLimits): XmlElement {
  const cut = cutBase64(text);
  const builder = new TreeBuilder(cut, limits);
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on("error", (error) => {
    throw malformed(error.message.slice(0, 200));
  });
  parser.on("doctype", () => {
    throw forbidden("a document type");
  });
  parser.on("processinginstruction", () => {
    throw forbidden("a processing instruction");
  });
  parser.on("attribute", () => builder.attribute());
  parser.on("opentag", ({ name, attributes }) => builder.open(name, attributes as Record<string, string>));
  parser.on("closetag", () => builder.close());
  parser.on("text", (piece) => builder.text(piece));
  parser.on("cdata", (piece) => builder.text(piece));
  parser.write(cut.text).close();
  return builder.root();
}

class TreeBuilder {
  readonly #cut: CutText;
  readonly #limits: XmlLimits;
  readonly #open: OpenElement[] = [];
  #elements = 0;
  #attributes = 0;
  #root: XmlElement | null = null;

  constructor(cut: CutText, limits: XmlLimits) {
    this.#cut = cut;
    this.#limits = limits;
  }

  /** Called as each attribute is read, so that a flood of them is never gathered. */
  attribute(): void {
    if (++this.#attributes > MOST_ATTRIBUTES)
      throw forbidden(`more than ${MOST_ATTRIBUTES} attributes in one element`);
  }

  open(qualified: string, raw: Record<string, string>): void {
    if (++this.#elements > this.#limits.xmlElements)
      throw forbidden(`more than ${this.#limits.xmlElements} elements`);
    if (this.#open.length >= this.#limits.xmlDepth)
      throw forbidden(`more than ${this.#limits.xmlDepth} levels`);
    const parent = this.#open.at(-1);
    let namespaces = parent?.namespaces ?? NO_NAMESPACES;
    const attributes = new Map<string, string>();
    this.#attributes = 0;
    for (const key in raw) {
      const value = raw[key] as string;
      if (key === "xmlns" || key.startsWith("xmlns:")) {
        namespaces = new Map(namespaces).set(key.slice(6), value);
      } else attributes.set(localName(key), value);
    }
    const colon = qualified.indexOf(":");
    const prefix = colon === -1 ? "" : qualified.slice(0, colon);
    const name = localName(qualified);
    const namespace = namespaces.get(prefix) ?? "";
    this.#open.push({ name, attributes, namespaces, namespace, children: [], text: "" });
  }

  text(piece: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += piece;
  }

  close(): void {
    const { name, attributes, namespace, children, text } = this.#open.pop() as OpenElement;
    const element: XmlElement = {
      name,
      attributes,
      namespace,
      children,
      text: this.#cut.restore(text).trim(),
    };
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else this.#root = element;
  }

  root(): XmlElement {
    if (this.#root === null) throw malformed("there is no element");
    return this.#root;
  }
}

function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(":") + 1);
}

/** The first child of a name, or undefined. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** The text of the first child of a name; an empty string when there is none. */
export function textOf(element: XmlElement | undefined, name: string): string {
  return childOf(element, name)?.text ?? "";
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Makes a text safe inside XML text and attributes; characters that XML cannot carry are left out. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, "").replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}
