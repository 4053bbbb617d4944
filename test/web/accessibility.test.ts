import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visit } from "./browser-session.ts";
import { hasChromium, connectToChromium } from "../servers/chromium.ts";
import { fillRequest } from "../authority/authority-form.ts";
import { ask, AUTHORITY, keepApart, letPass, LISTED, pass, raiseHit } from "../app/scene.ts";
import { WholeApp } from "../app/whole-app.ts";
import { violations } from "./violations.ts";

type Visit = Awaited<ReturnType<typeof visit>>;
type Prepare = (page: Page) => Promise<unknown>;
const send = (page: Page): Promise<unknown> =>
  Promise.all([page.waitForNavigation(), page.locator("main form button").last().click()]);
const approve = (page: Page): Promise<unknown> =>
  Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Approve" }).click()]);
const night = async (page: Page): Promise<unknown> => {
  await page.context().addCookies([{ name: "waywarden_board", value: "night", url: page.url() }]);
  return page.reload();
};
const stateCase = async (page: Page, reason: string): Promise<unknown> => {
  await page.selectOption("#authority", "");
  await page.selectOption("#purpose", "law-enforcement");
  await page.selectOption("#level", "serious");
  await page.fill("#reference", "CRIME/26/1042");
  await page.fill("#reason", reason);
  await page.fill("#vrm", LISTED.medium);
  return send(page);
};
/** Where what the scene made is shown; addresses of the rows below may name them in braces. */
let made: Readonly<Record<string, string>> = {};
const address = (url: string): string => url.replace(/\{(\w+)\}/g, (_all, name: string) => made[name] ?? "");
const ROWS: readonly (readonly [name: string, username: string, url: string, prepare?: Prepare])[] = [
  ["home", "operator", "/"],
  ["home with what others do", "operator", "/", (page) => page.getByText("What other roles do here").click()],
  ["home with nothing to do", "admin", "/"],
  ["board", "operator", "/board"],
  ["board at night", "operator", "/board?theme=night"],
  ["board without the right to act", "analyst", "/board"],
  ["board's help", "operator", "/board", (page) => page.getByRole("button", { name: "Keys (?)" }).click()],
  ["hit", "operator", "/hits/{hit}"],
  ["hit at night", "operator", "/board?theme=night", (page) => page.goto(address("/hits/{hit}"))],
  [
    "enquiries with errors at night",
    "investigator",
    "/board?theme=night",
    async (page) => {
      await page.goto("/enquiries");
      await send(page);
    },
  ],
  ["hit without images", "analyst", "/hits/{bareHit}"],
  ["enquiries", "investigator", "/enquiries"],
  ["enquiries with errors", "investigator", "/enquiries", send],
  ["refusal", "investigator", "/enquiries/{over}"],
  [
    "answer",
    "investigator",
    "/enquiries",
    async (page) => {
      await page.selectOption("#authority", AUTHORITY);
      await page.fill("#reason", "Seen leaving the scene");
      await page.fill("#vrm", LISTED.medium);
      await send(page);
    },
  ],
  [
    "answer for a stated case",
    "investigator",
    "/enquiries",
    async (page) => {
      await stateCase(page, "The car was seen leaving the scene of a burglary in Stafford");
      await page.locator("main details summary").first().click();
    },
  ],
  ["refusal with its rules", "investigator", "/enquiries", (page) => stateCase(page, "as discussed")],
  ["read", "investigator", "/reads/{read}"],
  ["read without images", "investigator", "/reads/{bareRead}"],
  ["authorities", "authoriser", "/authorities"],
  ["authorities of nobody", "authoriser2", "/authorities?state=refused"],
  ["request for an authority", "investigator", "/authorities/new"],
  [
    "request for an authority with errors",
    "investigator",
    "/authorities/new",
    async (page) => {
      await page.check("#oral");
      await send(page);
    },
  ],
  [
    "request for an authority, read back",
    "investigator",
    "/authorities/new",
    async (page) => {
      await fillRequest(page);
      await send(page);
    },
  ],
  ["authority that waits", "authoriser", "/authorities/{waiting}"],
  ["authority that waits, with errors", "authoriser", "/authorities/{waiting}", approve],
  ["authority that waits, at night", "authoriser", "/authorities/{waiting}", night],
  ["authority given orally", "authoriser", "/authorities/{oral}"],
  ["authority one may not decide on", "investigator", "/authorities/{waiting}"],
  ["quarantine", "estate", "/quarantine"],
  ["quarantined read", "estate", "/quarantine/{kept}"],
  ["quarantined read at night", "estate", "/quarantine/{kept}", night],
  ["cameras at night", "estate", "/nrds", night],
  ["API guide at night", "operator", "/docs/api", night],
  ["cameras", "estate", "/nrds"],
  ["camera", "estate", "/nrds/{nrd}"],
  ["feed sources at night", "estate", "/sources", night],
  ["feed sources of every organisation", "nationaladmin", "/sources"],
  ["a feed source to add", "nationaladmin", "/sources/new"],
  ["API guide", "operator", "/docs/api"],
  ["policy", "operator", "/policy"],
  ["policy at night", "dpo", "/policy", night],
  ["policy with errors in a proposal", "nationaladmin", "/policy", send],
  ["no such page", "operator", "/nowhere"],
  ["not allowed", "admin", "/board"],
  ["sign-in", "operator", "/sign-in"],
  [
    "sign-in with errors",
    "operator",
    "/sign-in",
    (page) =>
      Promise.all([
        page.waitForNavigation(),
        page.getByRole("button", { name: "Sign in", exact: true }).click(),
      ]),
  ],
];

const PAGES = ROWS.map(([name, username, url, prepare]) => ({ name, username, url, prepare }));

describe.skipIf(!hasChromium("the accessibility of the pages"))("accessibility", () => {
  let browser: Browser;
  let whole: WholeApp;

  beforeAll(async () => {
    whole = await WholeApp.start();
    const read = await pass(whole, LISTED.medium, { images: true });
    const over = await ask(whole, LISTED.low);
    await letPass(whole, over);
    await ask(whole, LISTED.medium);
    const [kept] = await keepApart(
      whole,
      Array.from({ length: 60 }, () => ({ vrm: "KE17APT" })),
    );
    made = {
      read,
      bareRead: await pass(whole, LISTED.medium),
      hit: await raiseHit(whole, LISTED.highWithWarnings, { images: true, also: { colour: "BLUE" } }),
      bareHit: await raiseHit(whole, LISTED.low),
      over,
      kept: kept ?? "",
      nrd: String(await whole.nrd(1)),
    };
    await changeState(whole, made["nrd"] ?? "");
    made = { ...made, waiting: await authority("MID-2026-0431"), oral: await authority("MID-2026-0433") };
    browser = await connectToChromium();
  });
  const authority = async (reference: string): Promise<string> =>
    (await whole.call<{ id: string }>("authoriser", `/v1/authorities/${reference}`)).body.id;
  /** A person's one window, as it was when it was new: a new one for each page would compile axe again. */
  const windows = new Map<string, Visit>();
  const windowOf = async (username: string): Promise<Visit> => {
    const known = windows.get(username) ?? (await visit(browser, whole, { username }));
    windows.set(username, known);
    await known.context.clearCookies({ name: "waywarden_board" });
    await known.page.setViewportSize({ width: 1280, height: 900 });
    return known;
  };
  afterAll(async () => {
    await browser?.close();
    await whole?.remove();
  });

  it.each(PAGES)(
    "$name has no violations and does not scroll sideways, wide or narrow",
    async ({ username, url, prepare }) => {
      const { page, faults } = await windowOf(username);
      await page.goto(address(url));
      await prepare?.(page);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect([width, await violations(page)]).toEqual([width, []]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      }
      expect(faults).toEqual([]);
    },
  );
});

/** So that the NRD has a history. */
async function changeState(whole: WholeApp, nrd: string): Promise<void> {
  for (const [act, reason] of [
    ["suspend", "Clock 9 minutes slow"],
    ["resume", "Mended by the contractor"],
  ] as const)
    await whole.call("estate", `/v1/nrds/${nrd}/${act}`, { reason });
}
