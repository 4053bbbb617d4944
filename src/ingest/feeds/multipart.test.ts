import { describe, expect, it } from "vitest";
import { boundaryOf, looksMultipart, splitMultipart } from "./multipart.ts";

const names = (body: string | Buffer, boundary: string | null): (string | null)[] =>
  (splitMultipart(Buffer.from(body), boundary, 10)?.parts ?? []).map(
    ({ name, body: text }) => `${name}=${text.toString()}`,
  );

const PARTS = [
  'Content-Disposition: form-data; name="a"\r\n\r\none',
  'Content-Disposition: form-data; name="b"\r\n\r\ntwo',
];
const bodyOf = (delimiter: string, parts: readonly string[] = PARTS): string =>
  `${parts.map((part) => `${delimiter}\r\n${part}\r\n`).join("")}${delimiter}--\r\n`;

describe("a multipart body", () => {
  it.each(["boundary", "MIME_boundary", "---------------------------7e13971310878"])(
    "is split at %s",
    (boundary) => expect(names(bodyOf(`--${boundary}`), boundary)).toEqual(["a=one", "b=two"]),
  );

  it("is split where the sender left out the two dashes", () => {
    expect(names(bodyOf("--x"), "--x")).toEqual(["a=one", "b=two"]);
  });

  it("is split by its own first line when the header is of no use", () => {
    expect(looksMultipart(Buffer.from("\r\n--x\r\n"))).toBe(true);
    expect(names(bodyOf("--real"), "other")).toEqual(["a=one", "b=two"]);
    expect(names(bodyOf("--real"), null)).toEqual(["a=one", "b=two"]);
  });

  it("may have bare line feeds and no end", () => {
    expect(names(bodyOf("--x").replaceAll("\r\n", "\n"), "x")).toEqual(["a=one", "b=two"]);
    expect(names(bodyOf("--x").replace("\r\n--x--\r\n", ""), "x")).toEqual(["a=one", "b=two"]);
  });

  it("may give part lengths of 0, whether true or not", () => {
    const part = (text: string): string =>
      `Content-Disposition: form-data; name="p"\r\nContent-Length: 0\r\n\r\n${text}`;
    expect(names(bodyOf("--x", [part(""), part("data")]), "x")).toEqual(["p=", "p=data"]);
  });

  it("may hold a delimiter inside a part whose length is right", () => {
    const content = "a\r\n--x\r\nb";
    const part = `Content-Disposition: form-data; name="p"\r\nContent-Length: ${content.length}\r\n\r\n${content}`;
    expect(names(bodyOf("--x", [part]), "x")).toEqual([`p=${content}`]);
  });

  it("gives as many parts as are asked for, and says that there are more", () => {
    const parts = Array.from({ length: 11 }, () => PARTS[0] as string);
    const split = splitMultipart(Buffer.from(bodyOf("--x", parts)), "x", 10);
    expect([split?.parts.length, split?.more]).toEqual([10, true]);
    expect(splitMultipart(Buffer.from(bodyOf("--x", parts)), "x", 11)).toMatchObject({ more: false });
  });

  it("is nothing without any delimiter", () => {
    expect(splitMultipart(Buffer.from("hello"), "x", 10)).toBeNull();
  });

  it("tells name from file name, quoted or not", () => {
    const part = "Content-Disposition: form-data; filename=f.jpg; name=n\r\nContent-ID: <c>\r\n\r\nx";
    expect(splitMultipart(Buffer.from(bodyOf("--x", [part])), "x", 10)?.parts[0]).toMatchObject({
      name: "n",
      fileName: "f.jpg",
      contentId: "c",
    });
    expect(boundaryOf('multipart/mixed; boundary="a b"; charset=utf-8')).toBe("a b");
  });
});
