import { Audited } from "../../audit/audited.ts";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openIdentity } from "../../app/identity.ts";
import { openStores } from "../../app/stores.ts";
import { loadSettings } from "../../config.ts";
import { openKeys } from "../../identity/keys/key-files.ts";
import { registerSource } from "../../ingest/feed-sources.ts";
import { loadPolicyPack } from "../../policy/pack.ts";
import { ADMINISTRATOR_ROLES } from "../../policy/roles.ts";
import { relink } from "./relink.ts";
import { UsageError } from "../options.ts";

/** First run of a real installation: keys, organisation, first administrator, first feed token. Refuses to run twice. */
export async function setup(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      organisation: { type: "string" },
      admin: { type: "string" },
      relink: { type: "string" },
      config: { type: "string" },
    },
  });
  if (values.relink !== undefined) return relink(values.relink, values.config);
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
      console.error("This installation already has people: setup runs only once.");
      return 1;
    }
    const [organisation] = await stores.organisations.ensure([name]);
    if (organisation === undefined) throw new Error("The organisation could not be created.");
    const pack = loadPolicyPack(settings.policyPack);
    // The first of them must be able to add the other organisations, and was vetted by whoever installs this.
    const administrator = await stores.people.add({
      username,
      fullName: username,
      organisation: organisation.id,
      roles: ADMINISTRATOR_ROLES,
      vetting: pack.accounts.minimumVetting.administrator,
      passwordHash: null,
      totpSecret: null,
    });
    const { enrolments } = openIdentity({
      database: stores.database,
      audited: new Audited(stores.audit),
      masterKey: keys.masterKey,
      pack,
      now: Date.now,
    });
    const enrolment = await enrolments.newEnrolment(administrator);
    const site = settings.publicUrl ?? `http://${settings.host}:${settings.port}`;
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
        `Keys, organisation "${name}" and administrator "${username}" have been created. These are shown only once:`,
        `  Enrolment link  ${new URL(enrolment.path, site).href}`,
        `  Feed token      ${token}`,
        `The link works once, until ${new Date(enrolment.expires).toISOString()}: "${username}" sets a password and an authenticator there.`,
        `Back up ${join(resolve(settings.data), "keys")} apart from everything else. Then: ./waywarden serve`,
      ].join("\n"),
    );
    return 0;
  } finally {
    await stores.close();
  }
}
