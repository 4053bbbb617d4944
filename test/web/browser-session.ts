import type { Browser, BrowserContext, Page } from "playwright-core";
import { SESSION_COOKIE } from "../../src/api/http/access.ts";
import type { WholeApp } from "../app/whole-app.ts";

export interface Visit {
  readonly username: string;
  readonly width?: number;
  readonly javaScript?: boolean;
}

/** A browser window of a person who is signed in; errors of its scripts are collected. */
export async function visit(
  browser: Browser,
  whole: WholeApp,
  { username, width = 1280, javaScript = true }: Visit,
): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const { url } = whole.app;
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: 900 },
    javaScriptEnabled: javaScript,
  });
  const value = await whole.session(username);
  await context.addCookies([{ name: SESSION_COOKIE, value, url, sameSite: "Strict", httpOnly: true }]);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => void faults.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) faults.push(message.text());
  });
  return { context, page, faults };
}
