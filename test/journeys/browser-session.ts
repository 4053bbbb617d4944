import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Role } from "../../src/policy/roles.ts";
import type { SampleRooms } from "./sample-rooms.ts";

export interface Visit {
  readonly role: Role;
  readonly width?: number;
  readonly javaScript?: boolean;
}

/** A browser window of a person who is signed in; errors of its scripts are collected. */
export async function visit(
  browser: Browser,
  base: string,
  sample: SampleRooms,
  { role, width = 1280, javaScript = true }: Visit,
): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width, height: 900 },
    javaScriptEnabled: javaScript,
  });
  await context.addCookies([
    {
      name: "waywarden_session",
      value: sample.openSession(role),
      url: base,
      sameSite: "Strict",
      httpOnly: true,
    },
  ]);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => void faults.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) faults.push(message.text());
  });
  return { context, page, faults };
}
