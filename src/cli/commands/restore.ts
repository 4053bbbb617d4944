import { parseArgs } from "node:util";
import { restoreBackup } from "../../app/backup/restore-backup.ts";
import { loadSettings } from "../../config.ts";
import { UsageError } from "../options.ts";

/** Puts a backup into an empty installation and deletes what is past its limit, before anything can be served. */
export async function restore(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { key: { type: "string" }, today: { type: "string" }, config: { type: "string" } },
    allowPositionals: true,
  });
  const [source, ...more] = positionals;
  if (source === undefined || more.length > 0) throw new UsageError("restore takes one folder.");
  const settings = loadSettings(process.env, values.config === undefined ? {} : { file: values.config });
  const { manifest, leftOut, deleted } = await restoreBackup({
    settings,
    source,
    keyFile: values.key,
    today: values.today,
    now: Date.now,
    tell: (line) => console.error(line),
  });
  console.log(
    [
      `The backup ${manifest.id} of ${manifest.made} is back: ${manifest.log.entries} entries of the log.`,
      `Past their limit: ${leftOut.length} days were not put back${leftOut.length > 0 ? ` (${leftOut.join(", ")})` : ""}, ${deleted.length} deleted with a receipt.`,
      "What people did since is undone: look at accounts, sources and lists that were ended or renewed. Everybody signs in again.",
      "Then: ./waywarden serve",
    ].join("\n"),
  );
  return 0;
}
