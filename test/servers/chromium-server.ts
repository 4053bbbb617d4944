import { chromium } from "playwright-core";
import { findChromium } from "../../src/cli/chromium.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The run's browser, for all journeys to connect to. */
export async function startChromium(): Promise<{ address: string; stop(): Promise<void> }> {
  const server = await chromium.launchServer({ executablePath: findChromium() ?? "", args: FLAGS });
  return { address: server.wsEndpoint(), stop: () => server.close() };
}
