import { randomUUID } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/project-root.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { onServer, TEMPLATE } from "./governed-template.ts";
import { shared } from "./shared.ts";

/**
 * V8 shares what it compiled of a module among all threads of a process as long as somebody holds it: without this, every
 * worker thread of PGlite compiles and optimises the whole engine again.
 */
let engine: Promise<object> | undefined;
/** Not among the types of Node. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: { compile(bytes: Uint8Array): Promise<object> };
};
const ENGINE = "node_modules/@electric-sql/pglite/dist/pglite.wasm";

/** Puts a governed store into a folder that has none yet: new, migrated and closed. */
export async function putGovernedStore(folder: string): Promise<void> {
  engine ??= wasm.compile(readFileSync(join(projectRoot, ENGINE)));
  await engine;
  cpSync((await shared("governed folder")) ?? "", folder, { recursive: true });
}

/** A database of one's own on the run's PostgreSQL server. */
export interface GovernedDatabase {
  readonly url: string;
  /** Takes it away, whoever is still connected. */
  readonly drop: () => Promise<void>;
}

/** A new database, migrated unless a test says otherwise; undefined, loudly, where no server can be started. */
export async function makeDatabase({ migrated = true }: { readonly migrated?: boolean } = {}): Promise<
  GovernedDatabase | undefined
> {
  const server = await shared("postgres");
  if (server === undefined) return undefined;
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onTheServer(server, `create database ${name} template ${migrated ? TEMPLATE : "template1"}`);
  return {
    url: onServer(server, name),
    drop: () => onTheServer(server, `drop database ${name} with (force)`),
  };
}

async function onTheServer(server: string, sql: string): Promise<void> {
  const database = await openServer(server, { connections: 1 });
  try {
    await database.exec(sql);
  } finally {
    await database.close();
  }
}
