// oxlint-disable no-console
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/project-root.ts";

const FOLDER = join(projectRoot, "../shared/cases/reports");
/** Whether the inputs that people reported are beside this project. */
export const present = existsSync(FOLDER);
if (!present)
  console.warn("skipped: the cases of reports are not beside this project (../shared/cases/reports)");

/** The bytes of an input that somebody reported. */
export const reported = (name: string): Buffer<ArrayBuffer> => Buffer.from(readFileSync(join(FOLDER, name)));

/** The same inputs, as these tests send them. */
export const INPUTS: Readonly<Record<string, Buffer<ArrayBuffer>>> = {
  "01-unquoted-comma.csv": Buffer.from(
    "vrm,reason,instruction\nZZ11AAA,Robbery, armed,Do not approach alone\n",
  ),
  "02-expiry-by-another-name.csv": Buffer.from(
    "vrm,reason,instruction,expires\nZZ11AAB,reported stolen,stop,2020-01-01T00:00:00Z\n",
  ),
  "03-same-mark-thrice.csv": Buffer.from(
    "vrm,reason,instruction\nZZ11AAC,stolen,stop\nZZ11 AAC,stolen,stop\nzz11-aac,stolen,stop\n",
  ),
  "12-windows-1252.csv": Buffer.from(
    "vrm,reason,instruction,make\r\nZZ11AAN,stolen,stop,Citro\xEBn\r\n",
    "latin1",
  ),
};
