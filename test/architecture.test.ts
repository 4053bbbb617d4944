import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ACTS_BY_NOUN } from "../src/audit/acts.ts";
import { projectRoot } from "../src/project-root.ts";

/**
 * The order of rooms: each may import what stands before it, types included, and nothing that stands after it. So there are no
 * circles between rooms. `errors.ts` and `project-root.ts` belong to no room and are open to all.
 */
const ORDER = [
  "read",
  "flow",
  "audit",
  "policy",
  "identity",
  "retention",
  "backup",
  "match",
  "estate",
  "source",
  "list",
  "archive",
  "hit",
  "ingest",
  "authority",
  "enquiry",
  "oversight",
  "observe",
  "storage",
  "api",
  "web",
  "cli",
] as const;
const OPEN = ["errors.ts", "project-root.ts"];
/** The composition root: it may import everything, and only the command line may import it. */
const ROOT = ["app.ts", "main.ts", "config.ts", "app"];
/** Rooms that reach the stores: nobody but the composition root and the command line's first steps. */
const EDGES = ["api", "web", "cli"];

interface Arrow {
  readonly from: string;
  readonly to: string;
}

const source = join(projectRoot, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(file),
);

const textOf = (file: string): string => readFileSync(join(source, file), "utf8");

function arrows(): Arrow[] {
  return files.flatMap((file) => {
    const text = readFileSync(join(source, file), "utf8");
    const targets = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(
      (match) => match[1] as string,
    );
    return targets.map((target) => ({
      from: file,
      to: relative(source, resolve(source, dirname(file), target)),
    }));
  });
}

/** The room of a file; a file beside the rooms is its own. */
const roomOf = (file: string): string =>
  file.startsWith("../") ? (file.split("/")[1] as string) : (file.split("/")[0] as string);

const placeOf = (room: string): number => (ORDER as readonly string[]).indexOf(room);

function mayImport(from: string, to: string): boolean {
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
  if (fromRoom === toRoom || OPEN.includes(to) || ROOT.includes(fromRoom)) return true;
  if (fromRoom === "cli" && (ROOT.includes(toRoom) || toRoom === "tools")) return true;
  if (toRoom === "storage" && EDGES.includes(fromRoom)) return false;
  return placeOf(toRoom) >= 0 && placeOf(toRoom) < placeOf(fromRoom);
}

/** Files that can be reached from themselves, types included. */
function circles(all: readonly Arrow[]): string[] {
  const targets = Map.groupBy(all, ({ from }) => from);
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      found.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const { to } of targets.get(file) ?? []) walk(to, [...path, file]);
    state.set(file, "done");
  };
  for (const file of files) walk(file, []);
  return found;
}

describe("the order of rooms", () => {
  const all = arrows();

  it("is about something", () => {
    expect(files.length).toBeGreaterThan(400);
    expect(all.length).toBeGreaterThan(1500);
    const rooms = new Set(files.filter((file) => file.includes("/")).map(roomOf));
    expect([...rooms].filter((room) => placeOf(room) < 0 && !ROOT.includes(room))).toEqual([]);
  });

  it("is kept by every import, of types as well", () => {
    const wrong = all.filter(({ from, to }) => !mayImport(from, to));
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("has no circle of files, of types either", () => {
    expect(circles(all)).toEqual([]);
  });

  it("lets only policy make a grant", () => {
    const makers = files.filter((file) => readFileSync(join(source, file), "utf8").includes("issueGrant"));
    expect(makers.filter((file) => roomOf(file) !== "policy")).toEqual([]);
    expect(makers.length).toBeGreaterThan(0);
  });

  it("writes to the log by the two verbs alone (AUD-1)", () => {
    const writers = files.filter((file) =>
      /\baudit\??\.append\(|Pick<AuditLog, [^>]*"append"|audit-first\.ts|log-first\.ts/.test(textOf(file)),
    );
    const found = writers.filter((file) => !["audit", "storage", "app.ts"].includes(roomOf(file)));
    expect(found).toEqual([]);
  });

  it("does every act of the table somewhere, and has every act in the table", () => {
    const acts = files.filter((file) => /^audit\/acts\/(?!words)/.test(file));
    expect(acts.map((file) => file.slice("audit/acts/".length, -".ts".length)).sort()).toEqual(
      Object.keys(ACTS_BY_NOUN).sort(),
    );
    const text = files
      .filter((file) => !acts.includes(file))
      .map(textOf)
      .join("\n");
    const never = Object.entries(ACTS_BY_NOUN).flatMap(([noun, table]) =>
      Object.keys(table)
        .map((name) => `${noun}Acts.${name}`)
        .filter((name) => !new RegExp(`\\b${name.replace(".", "\\.")}\\b`).test(text)),
    );
    expect(never).toEqual([]);
  });

  it("reads the environment in one place", () => {
    // The embedded archive takes its key from the environment: it is set while it opens, and never read by us.
    const settings = /process\.env\[\w+\] = |delete process\.env\[\w+\]/g;
    const readers = files.filter((file) => /process\.env\b/.test(textOf(file).replaceAll(settings, "")));
    expect(readers.filter((file) => roomOf(file) !== "cli" && file !== "config.ts")).toEqual([]);
  });

  it("has no file over 400 lines", () => {
    const long = files.filter((file) => readFileSync(join(source, file), "utf8").split("\n").length > 401);
    expect(long).toEqual([]);
  });
});
