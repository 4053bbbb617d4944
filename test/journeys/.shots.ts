import { launchChromium } from "/work/main/test/servers/chromium.ts";
import { readFileSync } from "node:fs";
const axe = readFileSync("/work/main/node_modules/axe-core/axe.min.js", "utf8");
const only = process.argv[2];
const base = "http://127.0.0.1:8499";
const b = await launchChromium();
const jobs: [string, string, string, string?][] = [
  ["home", "operator", "/"],
  ["home-admin", "admin", "/"],
  ["board", "operator", "/board"],
  ["board-night", "operator", "/board?theme=night"],
  ["hit", "operator", "/hits/1"],
  ["hit-analyst", "analyst", "/hits/4"],
  ["enquiries", "investigator", "/enquiries"],
  ["enquiries-err", "investigator", "/enquiries", "bad"],
  ["enquiries-refused", "investigator", "/enquiries", "refused"],
  ["enquiry", "investigator", "/enquiries", "good"],
  ["enquiry-none", "investigator", "/enquiries", "none"],
  ["enquiry-over", "investigator", "/enquiries/over"],
  ["read", "investigator", "/reads/3-1700000000001"],
  ["read-bare", "investigator", "/reads/3-1700000000000"],
  ["quarantine", "estate", "/quarantine"],
  ["quarantined", "estate", "/quarantine/1"],
  ["quarantined2", "estate", "/quarantine/2"],
  ["nrds", "estate", "/nrds"],
  ["nrd", "estate", "/nrds/1"],
  ["nrd-op", "operator", "/nrds/5"],
  ["api", "operator", "/docs/api"],
  ["404", "operator", "/nowhere"],
  ["403", "admin", "/board"],
  ["signin", "", "/sign-in?next=/board"],
  ["signin-err", "", "/sign-in", "signin"],
];
for (const width of [1280, 390])
  for (const [name, role, path, act] of jobs) {
    if (only && !new RegExp(`^(${only})$`).test(name)) continue;
    const ctx = await b.newContext({ viewport: { width, height: width === 390 ? 844 : 900 } });
    const page = await ctx.newPage();
    const msgs: string[] = [];
    page.on("console", (m) => {
      if (m.type() === "error") msgs.push(m.text());
    });
    page.on("pageerror", (e) => msgs.push(String(e)));
    if (role) {
      await page.goto(base + "/sign-in");
      await page.fill("#username", role);
      await page.fill("#password", "preview");
      await page.fill("#totp", "123456");
      await page.click("main button");
      await page.waitForLoadState();
    }
    await page.goto(base + path);
    if (act === "signin") {
      await page.fill("#username", "x");
      await page.click("main button");
      await page.waitForLoadState();
    }
    if (act && act !== "signin") {
      if (act === "bad") {
        await page.check("input[value=place]");
        await page.fill("#nrds", "1, abc");
        await page.fill("#lat", "95");
      } else {
        await page.selectOption("#authority", "OP-KESTREL-26");
        await page.fill("#reason", act === "refused" ? "because" : "Seen leaving the scene");
        await page.fill("#vrm", act === "none" ? "ZZ99ZZZ" : "AB12CDE");
      }
      await page.click("main button:text-is('Ask')");
      await page.waitForLoadState();
    }
    await page.waitForTimeout(600);
    await page.screenshot({
      path: `/tmp/shots/${name}-${width}.png`,
      fullPage: !name.startsWith("board") || (width === 390 && false),
    });
    const cdp = await ctx.newCDPSession(page);
    await cdp.send("Runtime.evaluate", { expression: axe });
    const r = await cdp.send("Runtime.evaluate", {
      expression:
        "axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>JSON.stringify(r.violations.map(v=>[v.id,v.impact,v.nodes.slice(0,4).map(n=>n.target.join(' ')+' :: '+n.failureSummary.slice(0,160))])))",
      awaitPromise: true,
      returnByValue: true,
    });
    const over = await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1");
    console.log(
      name,
      width,
      page.url().replace(base, ""),
      over ? "OVERFLOW" : "",
      r.result.value === "[]" ? "axe ok" : r.result.value,
      msgs.length ? msgs : "",
    );
    await ctx.close();
  }
await b.close();
