import { parseArgs } from "node:util";
import { makeBackup } from "../../app/backup/make-backup.ts";
import { verifyBackup } from "../../app/backup/verify-backup.ts";
import { loadSettings } from "../../config.ts";
import { UsageError } from "../options.ts";

/** Makes a backup of this installation in a new folder; with `--verify`, says whether one is whole. */
export async function backup(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { verify: { type: "boolean" }, key: { type: "string" }, config: { type: "string" } },
    allowPositionals: true,
  });
  const [target, ...more] = positionals;
  if (target === undefined || more.length > 0) throw new UsageError("backup takes one folder.");
  const settings = loadSettings(process.env, values.config === undefined ? {} : { file: values.config });
  if (values.verify === true) {
    const { manifest, wrong, sealChecked } = await verifyBackup({
      settings,
      source: target,
      keyFile: values.key,
    });
    for (const line of wrong) console.error(`BACKUP_DAMAGED: ${line}.`);
    if (wrong.length > 0) return 1;
    console.log(
      `The backup ${manifest.id} of ${manifest.made} is whole: ${manifest.files.length} files, ${manifest.log.entries} entries of the log. ` +
        (sealChecked
          ? "The master key here opens it."
          : "Who wrote it was not checked: the master key is not here."),
    );
    return 0;
  }
  const made = await makeBackup({ settings, target, keyFile: values.key, now: Date.now });
  console.log(
    [
      `The backup ${made.id} is in ${target}: ${made.files.length} files, ${made.log.entries} entries of the log, ${made.log.size} of them signed.`,
      "The master key is not in it: keep that apart, or nobody can ever open this.",
      `Whoever destroys ${values.key ?? `${target}/backup.key`} destroys this backup: do so before it is as old as you may keep it.`,
    ].join("\n"),
  );
  return 0;
}
