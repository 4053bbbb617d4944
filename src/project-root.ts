import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder that holds package.json: templates, SQL and policies are read from it, whether run from source or from dist. */
export const projectRoot: string = find(import.meta.dirname);

function find(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error("No package.json above the program: the installation is incomplete.");
  return find(parent);
}
