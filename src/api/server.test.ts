import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WholeApp } from "../../test/app/whole-app.ts";
import { ROUTES } from "./paths.ts";

let whole: WholeApp;
let port = 0;
beforeAll(async () => {
  whole = await WholeApp.start(undefined, {
    limits: { bodyBytes: 1024 * 1024, bodyIdleMs: 300, lingerMs: 200, sweepMs: 50 },
    ready: false,
  });
  port = Number(new URL(whole.app.url).port);
});
afterAll(() => whole?.remove());

const open = async (): Promise<Socket> => {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
};
const talk = async (...pieces: (string | Buffer)[]): Promise<string> => {
  const socket = await open();
  for (const piece of pieces) socket.write(piece);
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(socket, "close");
  return text;
};
const signIn = (body: string, headers: Record<string, string> = {}) =>
  whole.server.inject({
    method: "POST",
    url: ROUTES.session,
    payload: body,
    headers: { "content-type": "application/json", ...headers },
  });

describe("an answer that is an error", () => {
  it("names the element, in RFC 9457", async () => {
    const reply = await signIn('{"username":"a","password":"b"}');
    expect(reply.headers["content-type"]).toBe("application/problem+json");
    expect(reply.json()).toMatchObject({
      status: 400,
      code: "INPUT_INVALID",
      errors: [{ path: "totp", code: "CUSTOM" }],
    });
  });

  it("has a code of the catalogue for every kind of bad body, and is never our fault", async () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const cases: [string, Record<string, string>, number, string][] = [
      ["{", {}, 400, "JSON_INVALID"],
      ["", {}, 400, "JSON_INVALID"],
      ["null", {}, 400, "INPUT_INVALID"],
      [deep, {}, 400, "INPUT_INVALID"],
      ['{"__proto__":{"x":1}}', {}, 400, "JSON_INVALID"],
      [`"${"x".repeat(2_000_000)}"`, {}, 413, "TOO_LARGE"],
      ["a=b", { "content-type": "application/x-www-form-urlencoded" }, 415, "MEDIA_TYPE_UNSUPPORTED"],
      ["a", { "content-type": "text/plain" }, 415, "MEDIA_TYPE_UNSUPPORTED"],
      ["vrm\nAB12CDE", { "content-type": "text/csv" }, 415, "MEDIA_TYPE_UNSUPPORTED"],
      ["<a/>", { "content-type": ";;;" }, 415, "MEDIA_TYPE_UNSUPPORTED"],
    ];
    for (const [body, headers, status, code] of cases) {
      const reply = await signIn(body, headers);
      expect([body.slice(0, 20), reply.statusCode, reply.json().code]).toEqual([
        body.slice(0, 20),
        status,
        code,
      ]);
    }
  });

  it("is a page for a browser, and JSON for everyone under /v1", async () => {
    const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    const page = await whole.server.inject({ method: "GET", url: "/nowhere", headers: { accept } });
    expect([page.statusCode, page.headers["content-type"], page.body]).toEqual([
      404,
      "text/html; charset=utf-8",
      expect.stringContaining("Page not found"),
    ]);
    const json = await whole.server.inject({ method: "GET", url: "/v1/nowhere", headers: { accept } });
    expect(json.json().code).toBe("NOT_FOUND");
  });

  it("leaks nothing of a fault, and logs its cause under the request id", async () => {
    const rename = (from: string, to: string) =>
      whole.stores.database.query(`alter table ${from} rename to ${to}`);
    await rename("retention_receipt", "out_of_reach");
    const reply = await whole.server.inject({
      method: "GET",
      url: ROUTES.retentionReceipts,
      headers: { ...(await whole.as("dpo")), "x-request-id": "trace-1234_x" },
    });
    await rename("out_of_reach", "retention_receipt");
    expect([reply.statusCode, reply.json().code]).toEqual([500, "INTERNAL"]);
    expect(reply.body).not.toContain("retention_receipt");
    const line = whole.logged.find(
      ({ requestId, event }) => event === "fault" && requestId === reply.headers["x-request-id"],
    );
    expect(JSON.stringify(line)).toContain("retention_receipt");
    expect(line).toMatchObject({ sendersToken: "trace-1234_x" });
  });

  it("says which methods an address takes", async () => {
    const reply = await whole.server.inject({ method: "PUT", url: "/v1/hits/7" });
    expect([reply.statusCode, reply.headers.allow, reply.json().code]).toEqual([
      405,
      "GET, HEAD",
      "METHOD_NOT_ALLOWED",
    ]);
    expect((await whole.server.inject({ method: "GET", url: "/v1/%zz" })).json().code).toBe("BAD_REQUEST");
    expect(
      (await whole.server.inject({ method: "GET", url: `/v1/hits/${"7".repeat(600)}` })).statusCode,
    ).toBe(404);
  });
});

describe("every reply", () => {
  it("carries a request id of ours, whatever the sender calls the request", async () => {
    const sent = async (id: string) =>
      (await whole.server.inject({ method: "GET", url: "/healthz", headers: { "x-request-id": id } }))
        .headers["x-request-id"];
    const ids = [await sent("trace-1234_x"), await sent("trace-1234_x"), await sent("<script>")];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{8}-[0-9a-z]{6,}$/);
  });

  it("keeps a browser strict", async () => {
    const { headers } = await whole.server.inject({ method: "GET", url: "/v1/openapi.json" });
    expect(headers["content-security-policy"]).toBe(
      "default-src 'self';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none';form-action 'self'",
    );
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(
      (await whole.server.inject({ method: "GET", url: "/nowhere" })).headers["content-security-policy"],
    ).toBeDefined();
  });
});

describe("hostile connections", () => {
  it("that do not speak HTTP get 400 and are closed", async () => {
    for (const bytes of [
      "\u0016\u0003\u0001 hello",
      "GET / HTTP/9.9\r\n\r\n",
      "FOO / HTTP/1.1\r\nhost: a\r\n\r\n",
    ]) {
      expect(await talk(bytes)).toMatch(/^HTTP\/1.1 400 [\s\S]*BAD_REQUEST/);
    }
    expect(await talk(`GET / HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 [\s\S]*TOO_LARGE/,
    );
  });

  it("that name two hosts, or none, get 400", async () => {
    expect(await talk("GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1.1 400 [\s\S]*BAD_REQUEST/,
    );
    expect(await talk("GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  });

  it("that stop in the middle of a body get 408 and are closed", async () => {
    const head = `POST /v1/session HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"user`;
    expect(await talk(head)).toMatch(/^HTTP\/1.1 408 [\s\S]*SLOW_BODY/);
  });

  it("that go on sending after a refusal are cut", async () => {
    const head =
      "POST /v1/nowhere HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n";
    expect(await talk(head, "{")).toMatch(/^HTTP\/1.1 (404|408) /);
  });

  it("by the thousand, idle, leave the service answering", async () => {
    const sockets: Socket[] = [];
    for (let batch = 0; batch < 25; batch++)
      sockets.push(...(await Promise.all(Array.from({ length: 100 }, open))));
    expect(await talk("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1.1 200 /,
    );
    for (const socket of sockets) socket.destroy();
  });
});

describe("operations", () => {
  it("say whether each store answers, and that nothing may be sent before the service is up", async () => {
    expect((await whole.server.inject({ method: "GET", url: "/healthz" })).json()).toEqual({ status: "up" });
    expect((await whole.server.inject({ method: "GET", url: "/readyz" })).statusCode).toBe(503);
    whole.app.ready();
    const ready = await whole.server.inject({ method: "GET", url: "/readyz" });
    expect(ready.json()).toEqual({
      ready: true,
      state: "up",
      checks: [
        { name: "governed store", ok: true, detail: "" },
        { name: "archive", ok: true, detail: "" },
        { name: "audit log", ok: true, detail: "" },
      ],
    });
  });

  it("give metrics to their networks only", async () => {
    const reply = await whole.server.inject({ method: "GET", url: "/metrics" });
    expect(reply.body).toContain('waywarden_problems_total{code="INPUT_INVALID"}');
    const foreign = await whole.server.inject({ method: "GET", url: "/metrics", remoteAddress: "192.0.2.7" });
    expect([foreign.statusCode, foreign.json().code]).toEqual([403, "NETWORK_REFUSED"]);
  });
});
