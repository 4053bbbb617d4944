import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../src/project-root.ts";

const GUARDS = ["policy", "audit", "identity", "retention"];
const ROOMS = ["ingest", "match", "hit", "list", "archive", "enquiry", "estate"];
const EDGES = ["api", "web", "cli", "observe"];

/** Which rooms each room may import; `read` and the files beside the rooms (errors, project root) are open to all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  read: [],
  ...Object.fromEntries(GUARDS.map((guard) => [guard, GUARDS])),
  ...Object.fromEntries(ROOMS.map((room) => [room, [...ROOMS, ...GUARDS]])),
  storage: [...ROOMS, ...GUARDS],
  observe: [...ROOMS, ...GUARDS],
  api: [...ROOMS, ...GUARDS, "observe"],
  web: [...ROOMS, ...GUARDS, "observe", "api"],
  cli: [...ROOMS, ...GUARDS, ...EDGES, "tools"],
};
const OPEN = ["errors.ts", "project-root.ts"];
/** The composition root: it may import everything, and only the command line may import it. */
const ROOT_FILES = ["app.ts", "main.ts", "config.ts"];
const ROOT_FOLDER = "app";

interface Arrow {
  readonly from: string;
  readonly to: string;
}

const source = join(projectRoot, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
);

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

const roomOf = (file: string): string =>
  file.startsWith("../")
    ? (file.split("/")[1] as string)
    : file.includes("/")
      ? (file.split("/")[0] as string)
      : "";

describe("the arrows between rooms", () => {
  const all = arrows();

  it("are found at all", () => {
    expect(files.length).toBeGreaterThan(60);
    expect(all.length).toBeGreaterThan(150);
  });

  it("go only where the architecture page lets them", () => {
    const wrong = all.filter(({ from, to }) => {
      const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
      if (fromRoom === toRoom || toRoom === "read" || OPEN.includes(to)) return false;
      if (fromRoom === ROOT_FOLDER) return false;
      if (fromRoom === "") return !ROOT_FILES.includes(from);
      if (fromRoom === "cli" && (ROOT_FILES.includes(to) || toRoom === ROOT_FOLDER || toRoom === "tools"))
        return false;
      return !(ALLOWED[fromRoom] ?? []).includes(toRoom);
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("let only policy make a grant", () => {
    const makers = files.filter((file) => readFileSync(join(source, file), "utf8").includes("issueGrant"));
    expect(makers.filter((file) => roomOf(file) !== "policy")).toEqual([]);
    expect(makers.length).toBeGreaterThan(0);
  });

  it("read the environment in one place", () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(source, file), "utf8")));
    expect(readers.filter((file) => roomOf(file) !== "cli" && file !== "config.ts")).toEqual([]);
  });
});
