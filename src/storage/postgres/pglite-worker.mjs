// Plain JavaScript because Node 20 starts worker threads only from JavaScript, in tests and in the build alike.
// @ts-check
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";

/** @typedef {{ id: number, kind: "query" | "exec" | "listen" | "close", sql: string, parameters: unknown[] }} Request */

if (parentPort === null) throw new Error("This file runs in a worker thread only");
const port = parentPort;
const INT8 = 20;
const BYTEA = 17;

const database = await PGlite.create(workerData.folder, {
  parsers: {
    [INT8]: (/** @type {string} */ text) => {
      const value = Number(text);
      if (!Number.isSafeInteger(value))
        throw new Error(`${text} is beyond the whole numbers JavaScript holds exactly`);
      return value;
    },
  },
});

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
