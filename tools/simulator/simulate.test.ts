import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { bof2Duty } from "./bof2-message.ts";
import { simulate } from "./simulate.ts";
import type { TruthLine } from "./truth.ts";

let server: Server | undefined;
afterEach(() => server?.close());

type Answer = { readonly status: number; readonly body: string; readonly headers?: Record<string, string> };

async function service(
  answer: (url: string, body: string, authorization: string) => Answer,
): Promise<string> {
  const listening = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { status, body, headers } = answer(
        request.url ?? "",
        Buffer.concat(parts).toString(),
        request.headers.authorization ?? "",
      );
      response.writeHead(status, headers).end(body);
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const stored = (body: string): Answer => {
  const results = body
    .trim()
    .split("\n")
    .map((_, index) => ({ index, verdict: "stored", readId: `1-${index}` }));
  return { status: 200, body: JSON.stringify({ results }) };
};

describe("simulate", () => {
  it("posts every read of some past hours once, over both interfaces, through a service that is sometimes busy", async () => {
    let calls = 0;
    const kept: string[] = [];
    const to = await service((url, body, authorization) => {
      expect(authorization).toBe("Bearer t0ken");
      if (url.startsWith("/bof2")) {
        if (++calls % 7 === 0)
          return { status: 500, body: "<Fault><faultstring>0002: busy</faultstring></Fault>" };
        const text = (name: string): string => new RegExp(`<${name}[^>]*>([^<]*)`).exec(body)?.[1] ?? "";
        kept.push(`${text("sourceIdentifier")} ${text("captureTime")} ${text("vrm")}`);
        return { status: 200, body: "<sendCaptureReturn>1!A!2</sendCaptureReturn>" };
      }
      if (++calls % 5 === 0) return { status: 503, body: "{}", headers: { "retry-after": "0" } };
      for (const line of body.trim().split("\n")) {
        const read = JSON.parse(line) as { nrd: { source: number }; captured: string; vrm: string };
        kept.push(`${read.nrd.source} ${read.captured} ${read.vrm}`);
      }
      return stored(body);
    });
    const truth = join(mkdtempSync(join(tmpdir(), "truth-")), "truth.ndjson");
    const summary = await simulate({
      to,
      token: "t0ken",
      speed: 7_200,
      days: 0.25,
      dailyReads: 8_000,
      imageShare: 0.01,
      truth,
      signal: new AbortController().signal,
    });
    const lines = readFileSync(truth, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TruthLine);
    const told = lines.flatMap((line) =>
      line.kind === "read" ? [`${line.nrd.source} ${line.captured} ${line.sent}`] : [],
    );
    expect(kept.sort()).toEqual(told.sort());
    expect(summary.made).toBe(kept.length);
    expect(summary.stored).toBe(kept.length);
    expect(summary.overBof2).toBeGreaterThan(0);
    expect(summary.retries).toBeGreaterThan(0);
  });

  it("is live within two seconds and carries images of watched vehicles", async () => {
    const stop = new AbortController();
    const began = Date.now();
    let first = Number.POSITIVE_INFINITY;
    const images: string[] = [];
    const to = await service((url, body) => {
      if (url.startsWith("/bof2")) return { status: 200, body: "<ok/>" };
      first = Math.min(first, Date.now() - began);
      for (const line of body.trim().split("\n")) {
        const read = JSON.parse(line) as { patch?: string };
        if (read.patch !== undefined) images.push(read.patch);
      }
      if (images.length > 0) stop.abort();
      return stored(body);
    });
    const summary = await simulate({
      to,
      token: "t",
      rate: 20,
      watch: ["KX10DEM", "KX11DEM"],
      signal: stop.signal,
    });
    expect(summary.made).toBeGreaterThan(0);
    expect(Number.isFinite(first)).toBe(true);
    expect(images[0]?.startsWith("/9j/")).toBe(true);
  });

  it("stops at once, saying what to do, where the token is refused", async () => {
    const to = await service(() => ({ status: 401, body: "{}" }));
    const run = simulate({ to, token: "wrong", rate: 20, signal: new AbortController().signal });
    await expect(run).rejects.toThrow(/answers 401 .* check --to and --token/);
  });

  it("refuses a rate together with a speed", async () => {
    const run = simulate({
      to: "http://127.0.0.1:9",
      token: "t",
      rate: 1,
      speed: 2,
      signal: AbortSignal.abort(),
    });
    await expect(run).rejects.toThrow(/either a rate or a speed/);
  });
});

describe("a BOF2 reply", () => {
  it("tells whether to send again", () => {
    expect(bof2Duty(200, "<sendCaptureReturn>1!A!2</sendCaptureReturn>")).toBe("done");
    expect(bof2Duty(500, "<faultstring>0002: busy</faultstring>")).toBe("again");
    expect(bof2Duty(500, "<faultstring>0010: bad capture</faultstring>")).toBe("drop");
    expect(bof2Duty(0, "")).toBe("again");
  });
});
