import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openStores } from "../../app/stores.ts";
import { loadSettings } from "../../config.ts";
import { openKeys } from "../../identity/key-files.ts";
import { hashPassword } from "../../identity/password.ts";
import { seal } from "../../identity/sealed.ts";
import { newTotpSecret, totpSecretText } from "../../identity/totp.ts";
import { registerSource } from "../../ingest/feed-sources.ts";
import { UsageError } from "../options.ts";

/** First run of a real installation: keys, organisation, first administrator, first feed token. Refuses to run twice. */
export async function setup(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { organisation: { type: "string" }, admin: { type: "string" }, config: { type: "string" } },
  });
  const { organisation: name, admin: username } = values;
  if (name === undefined || username === undefined)
    throw new UsageError("setup needs --organisation NAME and --admin USERNAME.");
  const settings = loadSettings(process.env, values.config === undefined ? {} : { file: values.config });
  const keys = openKeys(
    { folder: join(resolve(settings.data), "keys"), masterKeyFile: settings.masterKeyFile },
    true,
  );
  const stores = await openStores(settings, keys, () => []);
  try {
    if ((await stores.people.all()).length > 0) {
      console.error("This installation has people already: setup runs once.");
      return 1;
    }
    const [organisation] = await stores.organisations.ensure([name]);
    if (organisation === undefined) throw new Error("The organisation could not be made.");
    const password = randomBytes(15).toString("base64url");
    const secret = newTotpSecret();
    await stores.people.add({
      username,
      fullName: username,
      organisation: organisation.id,
      roles: ["admin"],
      passwordHash: await hashPassword(password),
      totpSecret: seal(keys.masterKey, secret, "totp"),
    });
    const { token } = await registerSource(stores.feedSources, {
      name: "First feed",
      organisation: organisation.id,
      aggregator: false,
      positionUnit: "degrees",
      timeZone: "Europe/London",
      compoundReply: "array",
      nrd: null,
      protocol: null,
      allowedNetworks: [],
      byAddress: false,
      hasPathKey: false,
    });
    console.log(
      [
        `Keys, organisation "${name}" and administrator "${username}" are made. These are shown once:`,
        `  Password     ${password}`,
        `  TOTP secret  ${totpSecretText(secret)}`,
        `  Feed token   ${token}`,
        `Back up ${join(resolve(settings.data), "keys")} apart from everything else. Then: ./waywarden serve`,
      ].join("\n"),
    );
    return 0;
  } finally {
    await stores.close();
  }
}
