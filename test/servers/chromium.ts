import { chromium, type Browser } from "playwright-core";
import { findChromium } from "../../src/cli/chromium.ts";
import { shared } from "./shared.ts";

/** False, after saying so loudly, where no browser is installed; `./waywarden test` installs one when it can. */
export function hasChromium(suite: string): boolean {
  if (findChromium() !== undefined) return true;
  // oxlint-disable-next-line no-console -- a skipped suite must be seen
  console.warn(`SKIPPED: ${suite} needs Chromium (apt-get install -y chromium-headless-shell)`);
  return false;
}

/** The run's one browser; closing it closes the windows that were opened here, and nobody else's. */
export const connectToChromium = async (): Promise<Browser> =>
  chromium.connect((await shared("chromium")) ?? "");
