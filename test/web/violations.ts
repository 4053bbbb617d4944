import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { projectRoot } from "../../src/project-root.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const AXE = readFileSync(join(projectRoot, "node_modules/axe-core/axe.min.js"), "utf8");

/**
 * What axe finds on a page, once the page and its styles are there: rule and places. Run from outside the page, so that the
 * content security policy stays as it is.
 */
export async function violations(page: Page): Promise<readonly unknown[]> {
  await page.waitForLoadState();
  // It ends with the page: detaching it would take the page's virtual authenticator away with it.
  const devTools = await page.context().newCDPSession(page);
  const there = await devTools.send("Runtime.evaluate", { expression: "typeof axe" });
  if (there.result.value === "undefined") await devTools.send("Runtime.evaluate", { expression: AXE });
  const run = `axe.run(document, ${JSON.stringify({ runOnly: RULES })}).then(({ violations }) =>
    JSON.stringify(violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(" ")) }))))`;
  const { result } = await devTools.send("Runtime.evaluate", {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value as string) as unknown[];
}
