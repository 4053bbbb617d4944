import { Audited } from "../../audit/audited.ts";
import { openIdentity } from "../../app/identity.ts";
import { openPeople } from "../../app/people.ts";
import { openStores } from "../../app/stores.ts";
import { loadSettings } from "../../config.ts";
import { foldUsername } from "../../identity/username.ts";
import { loadPolicyPack } from "../../policy/pack.ts";
import { NATIONAL_ADMINISTRATOR_ROLES } from "../../policy/roles.ts";

/**
 * The way back where no national administrator is active any more: on the machine itself, with its keys, one of them gets a
 * new enrolment link. Every step is logged (ACC-2, ACC-3). @returns the exit code
 */
export async function relink(name: string, config: string | undefined): Promise<number> {
  const settings = loadSettings(process.env, config === undefined ? {} : { file: config });
  const stores = await openStores(settings, false, () => []);
  try {
    const keepers = (await stores.people.all()).filter(({ roles }) =>
      roles.some((role) => NATIONAL_ADMINISTRATOR_ROLES.includes(role)),
    );
    const person = keepers.find(({ username }) => username === foldUsername(name));
    const active = keepers.find(({ state }) => state === "active");
    if (active !== undefined) {
      console.error(`${active.username} is an active national administrator: ask them for a new link.`);
      return 1;
    }
    if (person === undefined || person.state === "ended") {
      console.error(`"${name}" is not a national administrator whose account can be brought back.`);
      return 1;
    }
    const { database } = stores;
    const audited = new Audited(stores.audit);
    const pack = loadPolicyPack(settings.policyPack);
    const now = Date.now;
    const { enrolments } = openIdentity({
      database,
      audited,
      masterKey: stores.keys.masterKey,
      pack,
      now,
    });
    const failed = (error: unknown): void => console.error(String(error));
    const { acts: people } = openPeople({ database, audited, pack: () => pack, now, failed });
    await people.accounts.comeBack(
      person.username,
      "Brought back on the machine: no national administrator was active.",
    );
    const enrolment = await enrolments.newEnrolment(person);
    const site = settings.publicUrl ?? `http://${settings.host}:${settings.port}`;
    console.log(
      [
        `Enrolment link  ${new URL(enrolment.path, site).href}`,
        `It works once, until ${new Date(enrolment.expires).toISOString()}: "${person.username}" sets a new password and authenticator there.`,
      ].join("\n"),
    );
    return 0;
  } finally {
    await stores.close();
  }
}
