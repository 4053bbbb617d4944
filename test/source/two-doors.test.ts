import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closedTo } from "../../src/source/door.ts";
import { FeedSources } from "../../src/source/feed-sources.ts";
import { registerSource } from "../../src/source/secrets.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { PostgresOrganisationStore } from "../../src/storage/postgres/identity/organisation-store.ts";
import { openServer } from "../../src/storage/postgres/server.ts";
import { PostgresSourceStore } from "../../src/storage/postgres/source/source-store.ts";
import { makeDatabase, type GovernedDatabase } from "../servers/governed-stores.ts";
import { aPerson, NOON } from "../storage/governed-fixture.ts";

/** So long that only a notification can be what told a door. */
const NEVER_MS = 3_600_000;

const place: GovernedDatabase | undefined = await makeDatabase();

describe.skipIf(place === undefined)("the doors of two processes on one PostgreSQL (READ-7)", () => {
  let here: Database;
  let there: Database;
  let door: FeedSources;

  beforeAll(async () => {
    const { url } = place as GovernedDatabase;
    [here, there] = await Promise.all([openServer(url), openServer(url)]);
    door = new FeedSources(new PostgresSourceStore(there, () => NOON));
    await door.start({ everyMs: NEVER_MS });
  });
  afterAll(async () => {
    await door?.stop();
    await Promise.all([here?.close(), there?.close()]);
    await place?.drop();
  });

  async function aSource() {
    const { organisation, person } = await aPerson(here);
    const store = new PostgresSourceStore(here, () => NOON);
    const made = await registerSource(store, {
      name: "Gantry",
      organisation: organisation.id,
      aggregator: false,
      positionUnit: "degrees",
      timeZone: "Europe/London",
      compoundReply: "array",
      nrd: null,
      agreement: null,
      protocol: "native",
      allowedNetworks: [],
      byAddress: false,
      hasPathKey: false,
    });
    await expect.poll(() => says(made.token)).toBe("open");
    return { ...made, store, organisation, person };
  }

  /** What the other process's door says of a token now. */
  function says(token: string): string {
    const source = door.byToken(token);
    return source === undefined ? "unknown" : (closedTo(source, NOON)?.code ?? "open");
  }

  it("a switch in one closes and opens the other at once", async () => {
    const { token, source, store, person } = await aSource();
    const at = { why: "Sends nonsense", by: person.id, at: NOON };
    expect(await store.switch(source.id, 1, { enabled: false, ...at })).toBe(true);
    await expect.poll(() => says(token)).toBe("SOURCE_SWITCHED_OFF");
    expect(await store.switch(source.id, 1, { enabled: true, ...at })).toBe(false);
    expect(await store.switch(source.id, 2, { enabled: true, ...at })).toBe(true);
    await expect.poll(() => says(token)).toBe("open");
  });

  it("a renewed secret is the only one that opens the other", async () => {
    const { token, source, store } = await aSource();
    expect(await store.renew(source.id, 1, { token: "ab".repeat(32), pathKey: null })).toBe(true);
    await expect.poll(() => says(token)).toBe("unknown");
  });

  it("an agreement that is recorded as over closes the other", async () => {
    const { token, source, store } = await aSource();
    const agreement = {
      party: "A council",
      reference: "C-1",
      purpose: "Law enforcement",
      legalBasis: "Schedule 2 DPA 2018",
      from: "2026-01-01",
      until: "2026-11-21",
      document: "Records, folder 12",
    };
    expect(await store.change(source.id, 1, { agreement })).toBe(true);
    await expect.poll(() => says(token)).toBe("AGREEMENT_NOT_IN_FORCE");
    expect((await store.byId(source.id))?.agreement).toEqual(agreement);
  });

  it("an organisation that is suspended, or whose policy has lapsed or is taken away, closes the other", async () => {
    const { token, organisation } = await aSource();
    const organisations = new PostgresOrganisationStore(here);
    await organisations.change(organisation.id, { state: "suspended" });
    await expect.poll(() => says(token)).toBe("ORGANISATION_NOT_APPROVED");
    await organisations.change(organisation.id, { state: "approved" });
    await expect.poll(() => says(token)).toBe("open");
    const policy = { reference: "P-1", date: "2026-01-01", owner: "Head of intelligence" };
    await organisations.change(organisation.id, { policy: { ...policy, until: "2026-11-21" } });
    await expect.poll(() => says(token)).toBe("ORGANISATION_NOT_APPROVED");
    await organisations.change(organisation.id, { policy: { ...policy, until: "2026-11-22" } });
    await expect.poll(() => says(token)).toBe("open");
    await organisations.change(organisation.id, { policy: null });
    await expect.poll(() => says(token)).toBe("ORGANISATION_NOT_APPROVED");
  });
});
