import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { buildAssets } from "../../tools/assets/build.mjs";
import type { SharedName } from "./shared.ts";

interface Started {
  /** What a test is told: an address, or a folder. */
  readonly address: string;
  stop(): Promise<void>;
}

/** How each is started; nothing is loaded before a test asks, so that a run of pure rules starts at once. */
const STARTS: Readonly<Record<SharedName, () => Promise<Started | undefined>>> = {
  "governed folder": async () => (await import("./governed-template.ts")).makeGovernedFolder(),
  postgres: async () => (await import("./governed-template.ts")).startPostgresWithTemplate(),
  clickhouse: async () => {
    const { startClickHouse } = await import("./clickhouse.ts");
    const server = await startClickHouse();
    return { address: server.url, stop: () => server.stop() };
  },
  chromium: async () => (await import("./chromium-server.ts")).startChromium(),
};

/**
 * Once before all tests: builds the assets, and listens for tests that ask for what the whole run shares (`shared.ts`). Each is
 * started when it is first asked for. Out: what ends them all.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildAssets();
  const started = new Map<SharedName, Promise<Started | undefined>>();
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url?.slice(1) ?? "") as SharedName;
    const one = started.get(name) ?? STARTS[name]();
    started.set(name, one);
    one.then(
      (running) => response.end(JSON.stringify({ address: running?.address ?? null })),
      (error: unknown) => response.end(JSON.stringify({ failed: String((error as Error).stack) })),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  project.provide("shared", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    for (const one of await Promise.allSettled(started.values()))
      if (one.status === "fulfilled") await one.value?.stop();
  };
}
