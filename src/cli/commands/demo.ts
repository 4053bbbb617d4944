import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { demoEstate } from "../../../tools/simulator/estate/demo-estate.ts";
import { readEstateFile } from "../../../tools/simulator/estate/estate-file.ts";
import { startApp } from "../../app.ts";
import { lastResort } from "../last-resort.ts";
import { loadSettings } from "../../config.ts";
import { projectRoot } from "../../project-root.ts";
import { WATCHED } from "../demo/facts.ts";
import { seedDemo, type DemoAccess } from "../demo/seed.ts";
import { numberOption } from "../options.ts";
import { aborted, untilSignal } from "../signals.ts";

const DEFAULT_FOLDER = "data/demo";
const DEFAULT_RATE = 50;

/** Runs everything on embedded stores, with simulated traffic, until Ctrl-C. */
export async function demo(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: "string" },
      data: { type: "string" },
      rate: { type: "string" },
      estate: { type: "string" },
      fresh: { type: "boolean" },
    },
  });
  const port = numberOption("--port", values.port);
  const rate = numberOption("--rate", values.rate) ?? DEFAULT_RATE;
  const folder = resolve(values.data ?? DEFAULT_FOLDER);
  // Without --data the demo starts afresh each time, as its promise is to keep data only where it is told to.
  if (values.fresh === true || values.data === undefined) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const settings = loadSettings(
    { WAYWARDEN_LOG_LEVEL: "warn", ...process.env },
    {
      overrides: { data: folder, roles: ["ingest", "web", "jobs"], ...(port === undefined ? {} : { port }) },
    },
  );
  const estate = values.estate === undefined ? demoEstate() : await readEstateFile(values.estate);

  console.log("Starting Waywarden on embedded stores ...");
  const stopped = untilSignal();
  const app = await startApp(settings, { createKeys: true, demo: true, clockTrusted: true });
  lastResort(app.fatal);
  const file = join(folder, "demo-people.json");
  const access = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as DemoAccess)
    : await seedDemo(app, estate);
  writeFileSync(file, `${JSON.stringify({ url: app.url, ...access }, null, 2)}\n`, { mode: 0o600 });
  app.ready();
  const simulator = rate > 0 ? startSimulator(app.url, access, rate, values.estate) : undefined;
  console.log(welcome(app.url, access, rate, estate.length, file));

  await aborted(stopped);
  console.log("\nStopping: finishing what is in flight ...");
  await stopSimulator(simulator);
  await app.close();
  console.log("Stopped.");
  return 0;
}

/** Traffic comes from a process of its own, over the real interfaces, as cameras would send it. */
function startSimulator(
  url: string,
  { feedTokens }: DemoAccess,
  rate: number,
  estate: string | undefined,
): ChildProcess {
  const options = [
    "--to",
    url,
    "--token",
    feedTokens[0] as string,
    "--rate",
    String(rate),
    "--watch",
    WATCHED.join(","),
  ];
  const main = join(projectRoot, "dist/src/main.js");
  const child = spawn(
    process.execPath,
    [main, "simulate", ...options, ...(estate === undefined ? [] : ["--estate", estate])],
    {
      stdio: ["ignore", "ignore", "inherit"],
      // A group of its own: Ctrl-C reaches the service first, which then ends the traffic.
      detached: true,
    },
  );
  process.once("exit", () => child.kill("SIGKILL"));
  return child;
}

async function stopSimulator(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const forced = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(forced);
}

function welcome(url: string, access: DemoAccess, rate: number, nrds: number, file: string): string {
  const people = access.people.map(
    ({ username, role, organisation }) => `    ${username.padEnd(16)} ${role.padEnd(16)} ${organisation}`,
  );
  return [
    "",
    `  Waywarden is at ${url}`,
    "",
    "  Sign in as any of these; the live board is the operator's:",
    ...people,
    "",
    `  Password        ${access.password}`,
    `  TOTP secret     ${access.totpSecret}   (add it to an authenticator app)`,
    `  A code for now  node -e 'import("otpauth").then(o=>console.log(new o.TOTP({secret:o.Secret.fromBase32("${access.totpSecret}")}).generate()))'`,
    `  Authorities     ${access.authorities.join(", ")}`,
    `  Feed token      ${access.feedTokens[0]}`,
    "",
    `  ${nrds.toLocaleString("en-GB")} simulated cameras (NRDs), ${rate > 0 ? `about ${rate} simulated reads a second` : "no simulated traffic"}. All of it also in ${file}`,
    "  Ctrl-C stops.",
    "",
  ].join("\n");
}
