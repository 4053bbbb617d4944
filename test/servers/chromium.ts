import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { shared } from "./shared.ts";

export const CHROMIUM = process.env["WAYWARDEN_TEST_CHROMIUM"] ?? "/usr/bin/chromium";

/** False, after saying so loudly, where no browser is installed; `./waywarden test` installs one when it can. */
export function hasChromium(suite: string): boolean {
  if (existsSync(CHROMIUM)) return true;
  // oxlint-disable-next-line no-console -- a skipped suite must be seen
  console.warn(`SKIPPED: ${suite} needs Chromium at ${CHROMIUM} (apt-get install -y chromium)`);
  return false;
}

/** The run's one browser; closing it closes the windows that were opened here, and nobody else's. */
export const connectToChromium = async (): Promise<Browser> =>
  chromium.connect((await shared("chromium")) ?? "");
