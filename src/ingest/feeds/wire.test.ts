import { connect, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { capture22 } from "./bof2/vectors.fixture.ts";
import { aFeedRoom, type FeedRoom } from "./feed-room.fixture.ts";
import { anEvent } from "./hikvision/vectors.fixture.ts";
import { originForm } from "./origin-form.ts";

let room: FeedRoom = aFeedRoom();
afterEach(async () => {
  await room.app.close();
  room = aFeedRoom();
});

/** Writes bytes to a socket as they are and resolves with everything that comes back until the server or we hang up. */
async function speak(bytes: string, hangUp = false): Promise<string> {
  if (!room.app.server.listening) await room.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = room.app.server.address() as AddressInfo;
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(bytes);
      if (hangUp) socket.end();
    });
    socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
    socket.on("error", () => {}).on("close", () => resolve(heard));
  });
}

const head = (version: string, url: string, body: string, ...more: string[]): string =>
  [
    `POST ${url} HTTP/${version}`,
    "Host: x",
    "Connection: close",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...more,
    "",
    body,
  ].join("\r\n");

const SERVICE = "/bof2/services/InputCaptureWebService";
const XML = "Content-Type: text/xml; charset=utf-8";

describe("on the wire", () => {
  it("HTTP/1.0 without Host and keep-alive is answered, as Axis 1 needs it", async () => {
    const body = capture22();
    const heard = await speak(
      `POST ${SERVICE} HTTP/1.0\r\n${XML}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(heard).toContain("200 OK");
    expect(heard).toContain("sendCaptureReturn");
  });

  it("Expect: 100-continue is answered, as .NET needs it", async () => {
    const heard = await speak(head("1.1", SERVICE, capture22(), XML, "Expect: 100-continue"));
    expect(heard).toContain("100 Continue");
    expect(heard).toContain("sendCaptureReturn");
  });

  it("a chunked body is taken", async () => {
    const body = anEvent();
    const chunked = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const lines = [
      "POST /feeds/hikvision/key HTTP/1.1",
      "Host: x",
      "Connection: close",
      "Transfer-Encoding: chunked",
      "",
      chunked,
    ];
    expect(await speak(lines.join("\r\n"))).toContain("<statusCode>1</statusCode>");
    expect(room.intake.captures).toHaveLength(1);
  });

  it("a body cut short is never taken", async () => {
    const body = capture22();
    await speak(
      `POST ${SERVICE} HTTP/1.1\r\nHost: x\r\n${XML}\r\nContent-Length: ${body.length + 10}\r\n\r\n${body}`,
      true,
    );
    expect(room.intake.calls).toEqual([]);
  });

  it("a body that does not come is told so, and the line is cut", async () => {
    room = aFeedRoom(undefined, { bodySeconds: 0.05 });
    const start = `POST /v1/reads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
    expect(await speak(start)).toContain("SLOW_BODY");
    expect(
      await speak(`POST ${SERVICE} HTTP/1.1\r\nHost: x\r\n${XML}\r\nContent-Length: 1000\r\n\r\n<a`),
    ).toContain("0001: Not ready");
  });

  it("a body that is announced too large is refused before it is sent", async () => {
    const start =
      "POST /v1/reads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n";
    expect(await speak(start)).toContain("TOO_LARGE");
  });

  it("a body compressed in a way that nobody asked for is refused clearly", async () => {
    expect(
      await speak(head("1.1", "/v1/reads", "x", "Content-Type: application/json", "Content-Encoding: br")),
    ).toContain("MEDIA_TYPE_UNSUPPORTED");
  });

  it("a body that trickles and never completes a line is cut, and what came before is answered", async () => {
    room = aFeedRoom(undefined, { bodySeconds: 0.4 });
    const read = '{"nrd":"1","vrm":"A","captured":"2026-11-22T08:15:30Z"}\n';
    await room.app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = room.app.server.address() as AddressInfo;
    const heard = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(
          `POST /v1/reads HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 9999\r\n\r\n${read}`,
        );
      });
      const trickle = setInterval(() => socket.write(" \n"), 50);
      socket.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      socket
        .on("error", () => {})
        .on("close", () => {
          clearInterval(trickle);
          resolve(text);
        });
    });
    expect(heard).toContain('"readId":"id-A"');
    expect(heard).toContain("SLOW_BODY");
  });

  it.each([
    ["http://h:80/feeds/x?a=1", "/feeds/x?a=1"],
    ["/feeds/x", "/feeds/x"],
    ["https://h", "/"],
    ["HTTP://h?a", "/?a"],
    ["*", "/*"],
  ])("the target %s means %s", (target, expected) => expect(originForm(target)).toBe(expected));
});
