import http from "node:http";

/** What a closed loop of connections did; refusals for want of room (503, BOF 0002) are counted apart. */
export interface LoadResult {
  readonly seconds: number;
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
  readonly tookMs: readonly number[];
}

export interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Posts one body over a kept connection and resolves to status and reply. */
export function post(
  agent: http.Agent,
  target: Target,
  body: Buffer,
): Promise<{ status: number; reply: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        host: "127.0.0.1",
        port: target.port,
        path: target.path,
        method: "POST",
        headers: { ...target.headers, "content-length": body.length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, reply: Buffer.concat(chunks) }));
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/**
 * Keeps a number of connections busy for some seconds: each posts the next body as soon as its last answer is there.
 * `nextBody` is asked for a fresh body each time; it may reuse buffers of its own per connection.
 */
export async function closedLoop(options: {
  target: Target;
  connections: number;
  seconds: number;
  nextBody: (connection: number) => Buffer;
}): Promise<LoadResult> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: options.connections });
  const end = performance.now() + options.seconds * 1000;
  const started = performance.now();
  const tookMs: number[] = [];
  let refused = 0;
  let failed = 0;
  const connection = async (index: number): Promise<void> => {
    while (performance.now() < end) {
      const body = options.nextBody(index);
      const sent = performance.now();
      const { status, reply } = await post(agent, options.target, body);
      if (status === 200) tookMs.push(performance.now() - sent);
      else if (status === 503 || reply.includes("0002:")) refused++;
      else failed++;
    }
  };
  await Promise.all(Array.from({ length: options.connections }, (_, index) => connection(index)));
  agent.destroy();
  return { seconds: (performance.now() - started) / 1000, requests: tookMs.length, refused, failed, tookMs };
}
