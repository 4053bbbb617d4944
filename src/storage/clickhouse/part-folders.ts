import { open } from "node:fs/promises";

export interface TableFolders {
  readonly name: string;
  readonly paths: readonly string[];
}

export const WHERE_TABLES_LIE =
  "SELECT name, data_paths AS paths FROM system.tables WHERE database = currentDatabase() AND notEmpty(data_paths)";

/** The engine fails to sync a folder on an encrypted disk (26.7: it looks for the path twice); its tables are told not to. */
export const unsynced = (sql: string): string =>
  sql.replaceAll("fsync_part_directory = 1", "fsync_part_directory = 0");

/**
 * Does what the engine leaves out on an encrypted disk: has the name of a new part on the disk before an insert is answered. A
 * journal keeps order, so what was made within the part before is there too.
 */
export class PartFolders {
  readonly #ask: () => Promise<readonly TableFolders[]>;
  #known = new Map<string, readonly string[]>();

  /** @param ask tells where every table lies now */
  constructor(ask: () => Promise<readonly TableFolders[]>) {
    this.#ask = ask;
  }

  async sync(table: string): Promise<void> {
    if (!this.#known.has(table)) await this.#look();
    for (const path of this.#known.get(table) ?? []) await syncFolder(path);
  }

  /** After a statement that may have written to any table, or made one. */
  async syncAll(): Promise<void> {
    await this.#look();
    for (const table of this.#known.keys()) await this.sync(table);
  }

  async #look(): Promise<void> {
    this.#known = new Map((await this.#ask()).map(({ name, paths }) => [name, paths]));
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    // A table that was taken away meanwhile.
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (folder === null) return;
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
