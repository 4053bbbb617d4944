import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadSettings } from "../../config.ts";
import { totpCode, totpSecretOf } from "../../identity/sign-in/totp.ts";

interface Line {
  readonly name: string;
  readonly state: "well" | "warning" | "critical";
  readonly finding: string;
  readonly advice: string;
}

interface SignInDetails {
  readonly username: string;
  readonly password: string;
  readonly totp: string;
}

const MARKS = { well: "ok  ", warning: "warn", critical: "CRIT" } as const;

/**
 * Asks the running service how it is; each line says what to do. Signs in with `--username`, `--totp` and the password in
 * WAYWARDEN_PASSWORD, or as the demo's administrator where there is one. Exits 1 unless all is well or only a warning.
 */
export async function doctor(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      url: { type: "string" },
      data: { type: "string" },
      config: { type: "string" },
      username: { type: "string" },
      totp: { type: "string" },
    },
  });
  const settings = loadSettings(process.env, values.config === undefined ? {} : { file: values.config });
  const demo = demoAccess(values.data ?? "data/demo");
  const url = values.url ?? demo?.url ?? settings.publicUrl ?? `http://${settings.host}:${settings.port}`;
  const ready = await fetch(`${url}/readyz`).catch(() => undefined);
  if (ready === undefined) {
    print({
      name: "service",
      state: "critical",
      finding: `no service responds at ${url}`,
      advice: "Start it with ./waywarden serve, or give its address with --url.",
    });
    return 1;
  }
  print(
    ready.ok
      ? { name: "service", state: "well", finding: `ready at ${url}`, advice: "" }
      : {
          name: "service",
          state: "critical",
          finding: await ready.text(),
          advice: "A store is not responding; see below.",
        },
  );
  const details = detailsOf(values, demo);
  if (details === undefined) {
    console.log(
      "For the rest, sign in: --username NAME --totp CODE, and the password in WAYWARDEN_PASSWORD.",
    );
    return ready.ok ? 0 : 1;
  }
  const lines = await examine(url, details);
  for (const line of lines) print(line);
  return ready.ok && lines.every(({ state }) => state !== "critical") ? 0 : 1;
}

const print = ({ name, state, finding, advice }: Line): void =>
  console.log(`${MARKS[state]} ${name}: ${finding}${advice === "" ? "" : `\n     -> ${advice}`}`);

async function examine(url: string, details: SignInDetails): Promise<readonly Line[]> {
  const headers = { "content-type": "application/json" };
  const session = await fetch(`${url}/v1/session`, {
    method: "POST",
    headers,
    body: JSON.stringify(details),
  });
  if (!session.ok) throw new Error(`Signing in failed: ${await session.text()}`);
  const { token } = (await session.json()) as { token: string };
  const reply = await fetch(`${url}/v1/doctor`, { headers: { authorization: `Bearer ${token}` } });
  if (!reply.ok) throw new Error(`The service refused to answer: ${await reply.text()}`);
  return ((await reply.json()) as { lines: Line[] }).lines;
}

interface DemoFile {
  readonly url: string;
  readonly password: string;
  readonly totpSecret: string;
}

function demoAccess(folder: string): DemoFile | undefined {
  const file = join(resolve(folder), "demo-people.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DemoFile) : undefined;
}

function detailsOf(
  { username, totp }: { readonly username?: string; readonly totp?: string },
  demo: DemoFile | undefined,
): SignInDetails | undefined {
  const password = process.env["WAYWARDEN_PASSWORD"];
  if (username !== undefined && totp !== undefined && password !== undefined)
    return { username, password, totp };
  if (demo === undefined) return undefined;
  return {
    username: "admin",
    password: demo.password,
    totp: totpCode(totpSecretOf(demo.totpSecret), Date.now()),
  };
}
