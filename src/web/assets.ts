import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outline } from "./map/outline.ts";

/** What the asset build made, under the names that hold its digests. */
export interface Assets {
  readonly folder: string;
  /** `board-island.js` to its name in the folder. */
  nameOf(plain: string): string;
  readonly outline: Outline;
}

/** Reads what `npm run build` made. @throws Error saying to build first */
export function readAssets(folder: string): Assets {
  const read = (name: string): unknown => {
    try {
      return JSON.parse(readFileSync(join(folder, name), "utf8"));
    } catch (error) {
      throw new Error(
        `The pages' assets are not built: run "npm run build" (${name} is missing in ${folder}).`,
        { cause: error },
      );
    }
  };
  const { files } = read("manifest.json") as { files: Readonly<Record<string, string>> };
  return {
    folder,
    outline: read("outline.json") as Outline,
    nameOf: (plain) => {
      const name = files[plain];
      if (name === undefined) throw new Error(`The asset build made no ${plain}.`);
      return name;
    },
  };
}
