// oxlint-disable no-console
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/project-root.ts";
import { aMoment } from "../app/whole-app.ts";

const FOLDER = join(projectRoot, "../shared/cases/feeds");
/** Whether the inputs are beside this project. */
export const present = existsSync(FOLDER);
if (!present) console.warn("skipped: the cases of feeds are not beside this project (../shared/cases/feeds)");

/** Every input, by its number. */
export const files = new Map(
  (present ? readdirSync(FOLDER) : [])
    .filter((name) => /^\d\d-/.test(name) && !name.endsWith(".expected"))
    .map((name) => [name.slice(0, 2), name]),
);
/** Numbers of the inputs that were read. */
export const used = new Set<string>();

/** The bytes of an input as Latin-1, with the moments filled in. */
export function input(number: string, at = aMoment()): string {
  used.add(number);
  const time = (ms: number): string => new Date(ms).toISOString();
  return readFileSync(join(FOLDER, files.get(number) as string), "latin1")
    .replaceAll("@NOW@", time(at))
    .replaceAll("@NOW+5s@", time(at + 5_000))
    .replaceAll("@NOWMS@", String(at))
    .replaceAll(/@now@[^"]*/g, time(at).toLowerCase());
}

/** Where and as what an input is to be sent, as the note beside it says. */
export function howToSend(number: string): { path: string; type: string } {
  const expected = readFileSync(join(FOLDER, `${files.get(number)}.expected`), "utf8");
  const line = /^send: POST ([^\s,]+)(.*)$/m.exec(expected);
  const type = /(?:application|text|multipart)\/[\w.+-]+(?:; boundary=\w+)?/.exec(line?.[2] ?? "")?.[0];
  return { path: line?.[1] ?? "", type: type ?? "application/xml" };
}
