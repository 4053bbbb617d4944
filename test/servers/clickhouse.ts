import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@clickhouse/client";
import { projectRoot } from "../../src/project-root.ts";
import { freePort } from "./free-port.ts";

/** A real ClickHouse server over HTTP, for one test file; it ends with the process that started it. */
export interface ClickHouseServer {
  /** With user, password and database. */
  readonly url: string;
  /** Ends it without warning (SIGKILL); resolves once it is gone. */
  kill(): Promise<void>;
  /** Lets it stand still with its connections open (SIGSTOP), until it may go on. */
  pause(): void;
  goOn(): void;
  /** Starts it again, on the same folder and port. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const USER = "waywarden";
const PASSWORD = "of a server that a test started";
const DATABASE = "archive";
const READY_MS = 30_000;

/** Starts a server in a new folder on a free port of the loopback. @throws Error when it does not answer within 30 s */
export async function startClickHouse(): Promise<ClickHouseServer> {
  const folder = mkdtempSync(join(tmpdir(), "waywarden-clickhouse-server-"));
  const port = await freePort();
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "users.xml"), users());
  writeFileSync(join(folder, "config.xml"), config(folder, port));
  let running = await run(folder, port);
  return {
    url: `http://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${DATABASE}`,
    kill: () => running.end(),
    pause: () => void running.child.kill("SIGSTOP"),
    goOn: () => void running.child.kill("SIGCONT"),
    start: async () => {
      running = await run(folder, port);
    },
    stop: async () => {
      await running.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly end: () => Promise<void>;
}

async function run(folder: string, port: number): Promise<Running> {
  const script = join(projectRoot, "test/servers/clickhouse-process.ts");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", script, join(folder, "config.xml"), join(folder, "data")],
    { cwd: projectRoot, stdio: ["pipe", "ignore", "ignore"] },
  );
  let over = false;
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve())).then(() => {
    over = true;
  });
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  try {
    await untilReady(port, () => over);
  } catch (error) {
    await end();
    throw new Error(`The ClickHouse server did not start: ${errorsIn(folder)}`, { cause: error });
  }
  return { child, end };
}

/** Makes the database, which only a server that answers can do. */
async function untilReady(port: number, over: () => boolean): Promise<void> {
  const client = createClient({
    url: `http://127.0.0.1:${port}`,
    username: USER,
    password: PASSWORD,
    log: { LoggerClass: Silent },
  });
  const from = Date.now();
  try {
    for (;;) {
      if (over()) throw new Error("It ended by itself.");
      const failed = await client
        .command({ query: `CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Atomic` })
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      if (failed === undefined) return;
      if (Date.now() - from > READY_MS) throw failed;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await client.close();
  }
}

/** Of a client that asks until it is answered. */
class Silent {
  trace(): void {}
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}

const errorsIn = (folder: string): string => {
  try {
    return readFileSync(join(folder, "errors.log"), "utf8").slice(-2_000);
  } catch {
    return "no word of why";
  }
};

const config = (folder: string, port: number): string => `<clickhouse>
  <http_port>${port}</http_port>
  <listen_host>127.0.0.1</listen_host>
  <users_config>${folder}/users.xml</users_config>
  <logger>
    <level>warning</level>
    <log>${folder}/server.log</log>
    <errorlog>${folder}/errors.log</errorlog>
  </logger>
</clickhouse>
`;

/** The process itself comes in as `default`, without a password, and may do no more than listen. */
const users = (): string => `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password/>
      <networks><ip>127.0.0.1</ip></networks>
      <grants>
        <query>GRANT SYSTEM LISTEN ON *.*</query>
        <query>GRANT CREATE TEMPORARY TABLE ON *.*</query>
        <query>GRANT READ ON FILE</query>
      </grants>
    </default>
    <${USER}>
      <password>${PASSWORD}</password>
      <networks><ip>127.0.0.1</ip></networks>
    </${USER}>
  </users>
</clickhouse>
`;
