import { expect, it } from "vitest";
import { createLogger } from "../observe/log.ts";
import { storeDeath } from "./store-death.ts";

it.each([
  ["closes", () => Promise.resolve()],
  ["fails to close", () => Promise.reject(new Error("stuck"))],
  ["never closes", () => new Promise<void>(() => {})],
])("ends the process with 1 when a store has died and the rest %s", async (_how, closeRest) => {
  const lines: string[] = [];
  const logger = createLogger({ level: "fatal", destination: { write: (line) => void lines.push(line) } });
  const code = await new Promise<number>((exit) =>
    storeDeath(logger, { closeRest, exit }, 50)(new Error("the embedded database has stopped")),
  );
  expect(code).toBe(1);
  expect(lines.join("")).toContain("store-died");
});
