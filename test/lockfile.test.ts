import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../src/project-root.ts";

interface Locked {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly integrity?: string;
        readonly resolved?: string;
        readonly optionalDependencies?: Readonly<Record<string, string>>;
      }
    >
  >;
}

/** chDB's engines for other machines, which the registry this lock file was made with does not hand out. */
const NOT_SEEN = ["darwin-arm64", "darwin-x64", "linux-arm64-gnu"].map(
  (platform) => `node_modules/@chdb/lib-${platform}`,
);

describe("the lock file", () => {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8")) as Locked;

  it("names the binaries of every platform, without which npm ci refuses it", () => {
    const names = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
    const wanted = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    );
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  it("has the integrity of every package, so that npm takes no other bytes", () => {
    const without = Object.entries(packages)
      .filter(([path, { integrity }]) => path !== "" && !integrity?.startsWith("sha512-"))
      .map(([path]) => path);
    expect(without).toEqual(NOT_SEEN);
  });

  it("names no registry's address", () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
