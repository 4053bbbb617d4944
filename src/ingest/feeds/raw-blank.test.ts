import { describe, expect, it } from "vitest";
import { requestWithBlank } from "./raw-blank.ts";

const TARGET = "/feeds/hikvision/key?eventType=ANPR&licensePlate=KT66 XYZ";
const request = (line: string, headers: readonly string[] = ["Host: x"], body = ""): Buffer =>
  Buffer.from(`${[line, ...headers].join("\r\n")}\r\n\r\n${body}`);

describe("a request with a raw blank in its target", () => {
  it("is read where it is a camera's event in the query string", () => {
    const headers = ["Host: x", "Content-Length: 2", "Content-Type: text/plain "];
    expect(requestWithBlank(request(`POST ${TARGET} HTTP/1.1`, headers, "ab\r\n"))).toEqual({
      url: "/feeds/hikvision/key?eventType=ANPR&licensePlate=KT66%20XYZ",
      headers: { host: "x", "content-length": "2", "content-type": "text/plain" },
      body: Buffer.from("ab"),
    });
  });

  it.each([
    ["another path", request("POST /v1/reads?a=b c HTTP/1.1")],
    ["another method", request(`GET ${TARGET} HTTP/1.1`)],
    ["a blank in the path", request("POST /feeds/hikvision/a b?licensePlate=A HTTP/1.1")],
    ["no blank at all", request("POST /feeds/hikvision/key?licensePlate=A HTTP/1.1")],
    ["a head that has not ended", Buffer.from(`POST ${TARGET} HTTP/1.1\r\nHost: x\r\n`)],
    ["a second request behind it", request(`POST ${TARGET} HTTP/1.1`, undefined, "GET / HTTP/1.1\r\n\r\n")],
    ["a request before it", Buffer.concat([request("GET / HTTP/1.1"), request(`POST ${TARGET} HTTP/1.1`)])],
    ["a body that is not there yet", request(`POST ${TARGET} HTTP/1.1`, ["Content-Length: 5"], "ab")],
    ["two lengths", request(`POST ${TARGET} HTTP/1.1`, ["Content-Length: 0", "content-length: 5"])],
    ["a length that is none", request(`POST ${TARGET} HTTP/1.1`, ["Content-Length: 0x0"])],
    ["a chunked body", request(`POST ${TARGET} HTTP/1.1`, ["Transfer-Encoding: chunked"], "0\r\n\r\n")],
    ["a folded header", request(`POST ${TARGET} HTTP/1.1`, ["A: b", " c: d"])],
    ["a bare carriage return", request(`POST ${TARGET}\rX HTTP/1.1`)],
    ["HTTP of another version", request(`POST ${TARGET} HTTP/2.0`)],
  ])("is not read with %s", (_name, packet) => expect(requestWithBlank(packet)).toBeNull());
});
