import { accountActs } from "../../audit/acts/account.ts";
import { organisationActs } from "../../audit/acts/organisation.ts";
import { sourceActs } from "../../audit/acts/source.ts";
import { service, type Actor } from "../../audit/actor.ts";
import { Audited } from "../../audit/audited.ts";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openIdentity } from "../../app/identity.ts";
import { openStores, type Stores } from "../../app/stores.ts";
import { loadSettings } from "../../config.ts";
import { registerSource } from "../../source/secrets.ts";
import type { Organisation } from "../../identity/organisations/organisation.ts";
import type { Person } from "../../identity/person.ts";
import { loadPolicyPack } from "../../policy/pack.ts";
import type { PolicyPack } from "../../policy/policy-pack.ts";
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
  const stores = await openStores(settings, true, () => []);
  try {
    if ((await stores.people.all()).length > 0) {
      console.error("This installation already has people: setup runs only once.");
      return 1;
    }
    const pack = loadPolicyPack(settings.policyPack);
    const audited = new Audited(stores.audit);
    const organisation = await addOrganisation(name, stores, audited);
    const by = { ...service("setup"), organisation: organisation.id };
    const administrator = await addAdministrator({ username, organisation, pack, by }, stores, audited);
    const { enrolments } = openIdentity({
      database: stores.database,
      audited,
      masterKey: stores.keys.masterKey,
      pack,
      now: Date.now,
    });
    const enrolment = await enrolments.newEnrolment(administrator);
    const site = settings.publicUrl ?? `http://${settings.host}:${settings.port}`;
    const token = await addSource(by, stores, audited);
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

type First = Pick<Stores, "organisations" | "people" | "sources">;

const addOrganisation = (name: string, { organisations }: First, audited: Audited): Promise<Organisation> =>
  audited.do(
    service("setup"),
    organisationActs.change,
    { organisation: name, before: null },
    async (entry) => {
      const [made] = await organisations.ensure([name]);
      if (made === undefined) throw new Error("The organisation could not be created.");
      entry.add({ after: { number: made.id, name } });
      return made;
    },
  );

/** The first of them must be able to add the other organisations, and was vetted by whoever installs this. */
function addAdministrator(
  first: { username: string; organisation: Organisation; pack: PolicyPack; by: Actor },
  { people }: First,
  audited: Audited,
): Promise<Person> {
  const { username, organisation, pack, by } = first;
  const vetting = pack.accounts.minimumVetting.administrator;
  const given = { fullName: username, roles: ADMINISTRATOR_ROLES, vetting };
  const subject = {
    ...given,
    account: username,
    of: organisation.id,
    rank: null,
    trainedOn: null,
    covert: false,
  };
  return audited.do(by, accountActs.add, subject, async (entry) => {
    const added = await people.add({
      ...given,
      username,
      organisation: organisation.id,
      passwordHash: null,
      totpSecret: null,
    });
    entry.add({ person: added.id });
    return added;
  });
}

/** Answers the token, which is shown once. */
function addSource(by: Actor, { sources }: First, audited: Audited): Promise<string> {
  const given = { name: "First feed", aggregator: false, allowedNetworks: [] };
  return audited.do(by, sourceActs.add, given, async (entry) => {
    const { source, token } = await registerSource(sources, {
      ...given,
      organisation: by.organisation as number,
      positionUnit: "degrees",
      timeZone: "Europe/London",
      compoundReply: "array",
      agreement: null,
      nrd: null,
      protocol: null,
      byAddress: false,
      hasPathKey: false,
    });
    entry.add({ source: source.id });
    return token;
  });
}
