import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { rotateMasterKey } from "../../app/rotate-master-key.ts";
import { openDatabase } from "../../app/stores.ts";
import { Audited } from "../../audit/audited.ts";
import { openAuditLog } from "../../app/audit-alone.ts";
import { loadSettings } from "../../config.ts";
import { UsageError } from "../options.ts";

/** Takes a new master key, while no process of the service runs; goes on where it was interrupted. */
export async function keys(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { config: { type: "string" } },
    allowPositionals: true,
  });
  if (positionals.join(" ") !== "rotate") throw new UsageError("keys has one action: rotate.");
  const settings = loadSettings(process.env, values.config === undefined ? {} : { file: values.config });
  const database = await openDatabase(settings, resolve(settings.data));
  try {
    const audited = new Audited(openAuditLog(database));
    const done = await rotateMasterKey({ settings, database, audited });
    console.log(
      [
        `The master key is a new one, known as ${done.fingerprint}: ${done.keys} keys and ${done.secrets} secrets are sealed with it.`,
        ...(done.withoutCodes > 0
          ? [
              `${done.withoutCodes} people have no recovery codes any more: each makes new ones on their own page.`,
            ]
          : []),
        ...done.unopened.map((file) => `${file} opens with neither key and was left as it is.`),
        "Back the keys up anew, apart from everything else, and destroy the backups of the old master key.",
      ].join("\n"),
    );
    return 0;
  } finally {
    await database.close();
  }
}
