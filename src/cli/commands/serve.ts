import { parseArgs } from "node:util";
import { startApp } from "../../app.ts";
import { loadSettings, type Settings } from "../../config.ts";
import { lastResort } from "../last-resort.ts";
import { aborted, untilSignal } from "../signals.ts";

/** Runs the service for real, until it is told to stop; refuses to start on unsafe settings and says which. */
export async function serve(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { config: { type: "string" }, roles: { type: "string" } },
  });
  const settings = loadSettings(process.env, {
    ...(values.config === undefined ? {} : { file: values.config }),
    ...(values.roles === undefined ? {} : { overrides: { roles: values.roles } }),
  });
  const unsafe = unsafeSettings(settings);
  if (unsafe.length > 0) {
    console.error(
      `Not started. These settings are not safe for a real service:\n${unsafe.map((line) => `  - ${line}`).join("\n")}`,
    );
    return 1;
  }
  const stopped = untilSignal();
  const app = await startApp(settings, { createKeys: false, demo: false });
  lastResort(app.fatal);
  app.ready();
  await aborted(stopped);
  await app.close();
  return 0;
}

const LOOPBACK = ["127.0.0.1", "::1", "[::1]", "localhost"];

/** What about the settings would endanger people's data, each with what to do. */
export function unsafeSettings(settings: Settings): readonly string[] {
  const { host, secureCookies, publicUrl, trustProxy, roles, clickhouseUrl, postgresUrl, images } = settings;
  const findings: string[] = [];
  if (!LOOPBACK.includes(host) && !secureCookies) {
    findings.push(
      `host ${host} can be reached from other machines without HTTPS cookies: put TLS in front and set secureCookies`,
    );
  }
  const behindProxy = secureCookies || publicUrl?.startsWith("https:") === true;
  if (behindProxy && trustProxy.length === 0) {
    findings.push(
      `HTTPS ends at a proxy (${secureCookies ? "secureCookies" : "publicUrl"}), so everybody seems to come from its address: set trustProxy to the proxy's address`,
    );
  }
  const all = roles.length === 3;
  if (!all && (clickhouseUrl === undefined || postgresUrl === undefined)) {
    findings.push(
      `the roles ${roles.join(", ")} share work with other processes, but embedded stores belong to one process: set clickhouseUrl and postgresUrl`,
    );
  }
  if (images?.startsWith("s3://") === true)
    findings.push("images in s3:// are not supported yet: give a folder that all processes share");
  for (const [name, url] of [
    ["clickhouseUrl", clickhouseUrl],
    ["postgresUrl", postgresUrl],
  ] as const) {
    if (url !== undefined && !LOOPBACK.includes(new URL(url).hostname) && isPlain(url)) {
      findings.push(`${name} crosses the network unencrypted: use https or sslmode=require`);
    }
  }
  return findings;
}

const isPlain = (url: string): boolean =>
  url.startsWith("http://") || (/^postgres(ql)?:/.test(url) && !/sslmode=(require|verify)/.test(url));
