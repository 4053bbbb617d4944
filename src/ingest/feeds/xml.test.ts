import { describe, expect, it } from "vitest";
import { Problem } from "../../errors.ts";
import { readXml, textOf, type XmlElement } from "./xml.ts";
import { cutBase64 } from "./xml-cut.ts";
import { xmlText } from "./xml-text.ts";

const LIMITS = { xmlDepth: 32, xmlElements: 1_000 };
const read = (xml: string): XmlElement => readXml(xml, LIMITS);

function codeOf(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    return error instanceof Problem ? error.code : `not a problem: ${String(error)}`;
  }
}

describe("the XML reader", () => {
  it("goes by local names and tolerates a prefix that nobody declared", () => {
    expect(textOf(read("<x:a><y:b> hello </y:b></x:a>"), "b")).toBe("hello");
  });

  it("knows the namespace of an element", () => {
    expect(read('<a xmlns="urn:d" xmlns:p="urn:p"><p:b/></a>').children[0]?.namespace).toBe("urn:p");
  });

  it("refuses a billion laughs", () => {
    const bomb = '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]><a>&m;</a>';
    expect(codeOf(() => read(bomb))).toBe("XML_FORBIDDEN");
  });

  it("refuses an external entity", () => {
    const bomb = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>';
    expect(codeOf(() => read(bomb))).toBe("XML_FORBIDDEN");
  });

  it("refuses entities of one's own, processing instructions, and nothing at all", () => {
    expect(codeOf(() => read("<a>&lol;</a>"))).toBe("XML_INVALID");
    expect(codeOf(() => read("<a><?php echo ?></a>"))).toBe("XML_FORBIDDEN");
    expect(codeOf(() => read(""))).toBe("XML_INVALID");
    expect(codeOf(() => read("<a><b></a>"))).toBe("XML_INVALID");
    expect(codeOf(() => read("<a><b>"))).toBe("XML_INVALID");
  });

  it("bounds depth, elements and attributes", () => {
    expect(codeOf(() => read("<a>".repeat(100_000)))).toBe("XML_FORBIDDEN");
    expect(codeOf(() => read(`<a>${"<b/>".repeat(2_000)}</a>`))).toBe("XML_FORBIDDEN");
    const attributes = Array.from({ length: 1_000 }, (_, index) => `a${index}=""`).join(" ");
    expect(codeOf(() => read(`<a ${attributes}/>`))).toBe("XML_FORBIDDEN");
  });
});

describe("long base64 set aside before parsing", () => {
  const long = "QUJD".repeat(1_000);

  it("comes back where it stood", () => {
    const xml = `<a><b>${long}</b><c>short</c><d>\n${long}\n</d></a>`;
    expect(cutBase64(xml).text.length).toBeLessThan(200);
    const root = read(xml);
    expect([textOf(root, "b"), textOf(root, "c"), textOf(root, "d")]).toEqual([long, "short", long]);
  });

  it("changes nothing in comments, CDATA, attributes and mixed text", () => {
    expect(textOf(read(`<a><!-- > ${long} --><b>x</b></a>`), "b")).toBe("x");
    expect(textOf(read(`<a><b><![CDATA[<i>${long}</i>]]></b></a>`), "b")).toBe(`<i>${long}</i>`);
    expect(read(`<a b=">${long}">x</a>`).attributes.get("b")).toBe(`>${long}`);
    expect(textOf(read(`<a><b>${long}&amp;${long}</b></a>`), "b")).toBe(`${long}&${long}`);
  });

  it("cannot be forged by a document that spells the mark itself", () => {
    const forged = `<a><b>${long}</b><c>\uE0000\uE000</c></a>`;
    expect(textOf(read(forged), "c")).toBe("\uE0000\uE000");
    expect(textOf(read(`<a><b>${long}</b><c>&#xE000;0&#xE000;</c></a>`), "c")).toBe("\uE0000\uE000");
  });
});

describe("the encoding of an XML document", () => {
  const xml = '<?xml version="1.0"?><a>é</a>';

  it.each([
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${xml}`)],
    ["UTF-16, little endian", Buffer.from(`\uFEFF${xml}`, "utf16le")],
    ["UTF-16, big endian, without mark", Buffer.from(xml, "utf16le").swap16()],
    ["Windows-1252 that claims nothing", Buffer.from(xml, "latin1")],
    ["NUL padding", Buffer.from(`${xml}\0\0\0\n`)],
    ["blanks in front", Buffer.from(`\r\n ${xml}`)],
  ])("is found for %s", (_name, bytes) => expect(read(xmlText(bytes, null)).text).toBe("é"));

  it("is that of the header before that of the declaration", () => {
    const bytes = Buffer.from('<?xml version="1.0" encoding="utf-8"?><a>é</a>', "latin1");
    expect(read(xmlText(bytes, "ISO-8859-1")).text).toBe("é");
  });

  it("is refused when it is not one we take", () => {
    expect(codeOf(() => xmlText(Buffer.from('<?xml version="1.0" encoding="ebcdic"?><a/>'), null))).toBe(
      "XML_INVALID",
    );
  });
});
