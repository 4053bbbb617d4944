import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const CHROMIUM = process.env["WAYWARDEN_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
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

/** False, after saying so loudly, where no browser is installed; `./waywarden test` installs one when it can. */
export function hasChromium(suite: string): boolean {
  if (existsSync(CHROMIUM)) return true;
  // oxlint-disable-next-line no-console -- a skipped suite must be seen
  console.warn(`SKIPPED: ${suite} needs Chromium at ${CHROMIUM} (apt-get install -y chromium)`);
  return false;
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
