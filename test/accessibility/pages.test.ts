import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../src/policy/roles.ts";
import { projectRoot } from "../../src/project-root.ts";
import { visit } from "../journeys/browser-session.ts";
import { previewServer } from "../journeys/preview-server.ts";
import type { SampleRooms } from "../journeys/sample-rooms.ts";
import { hasChromium, launchChromium } from "../servers/chromium.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const AXE = readFileSync(join(projectRoot, "node_modules/axe-core/axe.min.js"), "utf8");

type Prepare = (page: Page) => Promise<unknown>;
const send = (page: Page): Promise<unknown> =>
  Promise.all([page.waitForNavigation(), page.locator("main form button").last().click()]);
const night = async (page: Page): Promise<unknown> => {
  await page.context().addCookies([{ name: "waywarden_board", value: "night", url: page.url() }]);
  return page.reload();
};
const ROWS: readonly (readonly [name: string, role: Role, url: string, prepare?: Prepare])[] = [
  ["home", "operator", "/"],
  ["home with nothing to do", "admin", "/"],
  ["board", "operator", "/board"],
  ["board at night", "operator", "/board?theme=night"],
  ["board without the right to act", "analyst", "/board"],
  ["board's help", "operator", "/board", (page) => page.getByRole("button", { name: "Keys (?)" }).click()],
  ["hit", "operator", "/hits/1"],
  ["hit at night", "operator", "/board?theme=night", (page) => page.goto("/hits/1")],
  [
    "enquiries with errors at night",
    "investigator",
    "/board?theme=night",
    async (page) => {
      await page.goto("/enquiries");
      await send(page);
    },
  ],
  ["hit without images", "analyst", "/hits/4"],
  ["enquiries", "investigator", "/enquiries"],
  ["enquiries with errors", "investigator", "/enquiries", send],
  ["refusal", "investigator", "/enquiries/over"],
  [
    "answer",
    "investigator",
    "/enquiries",
    async (page) => {
      await page.selectOption("#authority", "OP-KESTREL-26");
      await page.fill("#reason", "Seen leaving the scene");
      await page.fill("#vrm", "AB12CDE");
      await send(page);
    },
  ],
  ["read", "investigator", "/reads/3-1700000000001"],
  ["read without images", "investigator", "/reads/3-1700000000000"],
  ["quarantine", "estate", "/quarantine"],
  ["quarantined read", "estate", "/quarantine/1"],
  ["quarantined read at night", "estate", "/quarantine/1", night],
  ["readers at night", "estate", "/nrds", night],
  ["API guide at night", "operator", "/docs/api", night],
  ["readers", "estate", "/nrds"],
  ["reader", "estate", "/nrds/1"],
  ["API guide", "operator", "/docs/api"],
  ["no such page", "operator", "/nowhere"],
  ["not allowed", "admin", "/board"],
  ["sign-in", "operator", "/sign-in"],
  [
    "sign-in with errors",
    "operator",
    "/sign-in",
    (page) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Sign in" }).click()]),
  ],
];

const PAGES = ROWS.map(([name, role, url, prepare]) => ({ name, role, url, prepare }));

describe.skipIf(!hasChromium("the accessibility of the pages"))("accessibility", () => {
  let browser: Browser;
  let app: FastifyInstance;
  let sample: SampleRooms;
  let base: string;

  beforeAll(async () => {
    ({ app, sample } = await previewServer());
    base = await app.listen({ port: 0, host: "127.0.0.1" });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  describe.each([1280, 390])("at %i pixels", (width) => {
    it.each(PAGES)("$name has no violations and does not scroll sideways", async ({ role, url, prepare }) => {
      const { context, page, faults } = await visit(browser, base, sample, { role, width });
      try {
        await page.goto(url);
        await prepare?.(page);
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        expect(faults).toEqual([]);
      } finally {
        await context.close();
      }
    });
  });
});

/** Runs axe from outside the page, so that the content security policy stays as it is. */
async function violations(page: Page): Promise<readonly unknown[]> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Runtime.evaluate", { expression: AXE });
  const run = `axe.run(document, ${JSON.stringify({ runOnly: RULES })}).then(({ violations }) =>
    JSON.stringify(violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(" ")) }))))`;
  const { result } = await devTools.send("Runtime.evaluate", {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value as string) as unknown[];
}
