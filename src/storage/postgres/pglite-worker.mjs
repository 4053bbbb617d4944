// Plain JavaScript, because it runs from here in tests and in the build alike.
// @ts-check
import { existsSync, fsyncSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { syncFolder } from "./sync-folder.mjs";

/** @typedef {{ id: number, kind: "query" | "exec" | "listen" | "close", sql: string, parameters: unknown[] }} Request */

if (parentPort === null) throw new Error("This file runs in a worker thread only");
const port = parentPort;
const INT8 = 20;
const BYTEA = 17;

// PGlite starts with fsync off (-F), and what its file system knows of syncing is fsync, not fdatasync.
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  "-c",
  "wal_sync_method=fsync",
  // A used segment of the log is removed: kept for later, it would still hold what its rows said.
  "-c",
  "wal_recycle=off",
];
const isNew = !existsSync(join(workerData.folder, "PG_VERSION"));

const database = await PGlite.create(workerData.folder, {
  startParams,
  pgliteWasmModule: workerData.compiled,
  parsers: {
    [INT8]: (/** @type {string} */ text) => {
      const value = Number(text);
      if (!Number.isSafeInteger(value))
        throw new Error(`${text} is beyond the whole numbers JavaScript holds exactly`);
      return value;
    },
  },
});

/**
 * Gives the engine's files the fsync that PGlite's file system leaves out: a commit is on the disk before it is answered. An
 * error of fsync makes PostgreSQL stop, as it should.
 */
function syncForReal() {
  const { FS } = database.Module;
  const mounted = FS.lookupPath("/pglite/data").node.mount.type;
  if (mounted.stream_ops?.write === undefined)
    throw new Error("PGlite keeps its files in a way that cannot be synced");
  mounted.stream_ops.fsync = (/** @type {{ nfd: number }} */ stream) => {
    fsyncSync(stream.nfd);
    return 0;
  };
}
syncForReal();
// What was written before the hook was there, when the folder was new.
if (isNew) syncFolder(workerData.folder);

/** @param {Request} request */
async function answer({ kind, sql, parameters }) {
  if (kind === "close") return database.close();
  if (kind === "exec") return void (await database.exec(sql));
  if (kind === "listen") return void (await database.listen(sql, () => port.postMessage({ heard: sql })));
  const { rows, fields } = await database.query(sql, parameters);
  return { rows, bytes: fields.filter((field) => field.dataTypeID === BYTEA).map((field) => field.name) };
}

port.on("message", (/** @type {Request} */ request) => {
  answer(request).then(
    (result) => port.postMessage({ id: request.id, result }),
    (error) => {
      const { message, code, detail, constraint } = error;
      port.postMessage({ id: request.id, error: { message, code, detail, constraint } });
    },
  );
});
port.postMessage({ ready: true });
