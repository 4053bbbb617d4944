import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommand } from "./commands.ts";

const NAMES = ["demo", "test", "serve", "setup", "simulate", "bench", "keys", "backup", "restore", "doctor"];

let said: string[];
let complained: string[];

beforeEach(() => {
  said = [];
  complained = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void said.push(text));
  vi.spyOn(console, "error").mockImplementation((text: string) => void complained.push(text));
});
afterEach(() => void vi.restoreAllMocks());

describe("the table of commands", () => {
  it("each says how it is used, and does nothing", async () => {
    for (const name of [...NAMES, "audit"]) {
      said.length = 0;
      expect(await runCommand([name, "--help"])).toBe(0);
      expect(said.join("\n")).toContain(`Usage: ./waywarden ${name}`);
    }
  });

  it.each([["help"], ["--help"], ["-h"]])("%s lists every command and is done", async (word) => {
    expect(await runCommand([word])).toBe(0);
    for (const name of NAMES) expect(said.join("\n")).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  it("no command is wrong usage, with the list", async () => {
    expect(await runCommand([])).toBe(2);
    expect(said.join("\n")).toContain("Usage: ./waywarden COMMAND");
  });

  it.each(["nope", "constructor", "__proto__", "Demo", ""])(
    "a command %j that is none is wrong usage, with the list",
    async (name) => {
      expect(await runCommand([name])).toBe(2);
      expect(complained.join("\n")).toContain(`There is no command "${name}".`);
      expect(complained.join("\n")).toContain("Usage: ./waywarden COMMAND");
    },
  );

  it.each([
    [["serve", "--nope"]],
    [["demo", "--port", "many"]],
    [["demo", "--rate", "-1"]],
    [["setup"]],
    [["setup", "--organisation", "Midshire"]],
    [["simulate"]],
    [["bench"]],
    [["bench", "nope"]],
    [["bench", "constructor"]],
    [["doctor", "--port"]],
    [["keys"]],
    [["keys", "nope"]],
  ])("%j is wrong usage, and says how the command is used", async (argv) => {
    expect(await runCommand(argv)).toBe(2);
    expect(complained.join("\n")).toContain(`Usage: ./waywarden ${argv[0]}`);
  });
});
