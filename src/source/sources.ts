import { sourceActs } from "../audit/acts/source.ts";
import type { Audited } from "../audit/audited.ts";
import { Problem, type InputError } from "../errors.ts";
import type { RegisteredNrd } from "../estate/registered-nrd.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { Caller } from "../identity/caller.ts";
import type { Deliberate } from "../identity/deliberate.ts";
import type { OrganisationStore } from "../identity/organisations/organisation.ts";
import { mayDo } from "../policy/roles.ts";
import { isWithin, refusedBy, scopeOf } from "../policy/scope.ts";
import { inUse, type SourceInUse } from "./door.ts";
import { newSecrets, registerSource, type SourceSecrets } from "./secrets.ts";
import type { KnownSource, NewSource, SourceChange, SourceRefusal } from "./source.ts";
import { faultsOfSending, faultsOfSource, type SendingWay } from "./source-rules.ts";
import type { SourceStore } from "./source-store.ts";
import { testOf, type SourceTest } from "./tested-source.ts";

export interface SourcesParts {
  readonly store: SourceStore;
  readonly organisations: Pick<OrganisationStore, "byCode">;
  /** The register in memory. */
  readonly nrds: { byId(id: number): RegisteredNrd | undefined };
  /** The feed protocols there are. */
  readonly ways: readonly SendingWay[];
  readonly audited: Audited;
  /** Writes what this process has noted of messages and not kept yet, so that a test tells of the last one. */
  readonly settle: () => Promise<void>;
  /** Epoch milliseconds UTC. */
  readonly now: () => number;
}

/** What is asked of a new source; `organisation` is a code, absent for the caller's own. */
export type AskedSource = Omit<NewSource, "organisation"> & { readonly organisation?: string | undefined };

/** A source as its page shows it. */
export type OpenedSource = SourceInUse & { readonly refusals: readonly SourceRefusal[] };

/** A source whose secrets were just made: they are told here once and never again. */
export interface GivenSource {
  readonly source: SourceInUse;
  readonly secrets: SourceSecrets;
}

/**
 * The feed sources as people keep them (READ-7): those of the caller's organisation, or of all for whom the pack says so; others
 * are Problem NOT_FOUND. Every act names the version that was seen: what was changed meanwhile is CONFLICT. A change holds at
 * the door of every process as soon as that has heard of it.
 */
export class Sources {
  readonly #parts: SourcesParts;

  constructor(parts: SourcesParts) {
    this.#parts = parts;
  }

  /** By id. @param organisation a code, to see only those of one */
  list(
    { organisation }: { readonly organisation?: string | undefined },
    { limit, cursor }: PageRequest,
    caller: Caller,
  ): Promise<Page<SourceInUse>> {
    const { store, audited } = this.#parts;
    const after = afterId(cursor, "integer");
    const subject = organisation === undefined ? {} : { organisation };
    return audited.look(caller.actor, sourceActs.list, subject, async (entry) => {
      const scope = organisation === undefined ? scopeOf(caller, "source.see").organisation : undefined;
      const of = scope === undefined ? await this.#organisationOf(organisation, caller) : scope;
      const page = pageByIds(
        await store.list({ organisation: of, after, limit: limit + 1 }),
        limit,
        (source) => this.#inUse(source),
      );
      entry.add({ count: page.items.length });
      return page;
    });
  }

  /** A source, with what was refused of it today and yesterday (UTC). */
  open(id: string, caller: Caller): Promise<OpenedSource> {
    const { store, settle, audited } = this.#parts;
    const source = idNumber(id, "integer");
    return audited.look(caller.actor, sourceActs.open, { source }, async (entry) => {
      await this.#within(source, caller);
      await settle();
      const known = await this.#within(source, caller);
      entry.add({ count: 1 });
      return { ...this.#inUse(known), refusals: await store.refusals(source) };
    });
  }

  /** Registers a source, switched on. @throws Problem INPUT_INVALID naming every member that is wrong, CONFLICT when the name is taken */
  add(asked: AskedSource, caller: Caller): Promise<GivenSource> {
    const { store, ways, audited } = this.#parts;
    const { organisation: code, ...given } = asked;
    const { name, protocol, aggregator, byAddress, allowedNetworks, agreement } = given;
    const subject = {
      of: code ?? caller.organisation.id,
      name,
      protocol,
      aggregator,
      byAddress,
      allowedNetworks,
      agreement: agreement === null ? null : { ...agreement },
    };
    return audited.do(caller.actor, sourceActs.add, subject, async (entry) => {
      const organisation = await this.#organisationOf(code, caller);
      entry.add({ of: organisation });
      // Its reads stand for cameras of every organisation: no one of them lets it in.
      if (aggregator && !mayDo(caller.roles, "source.manage-national")) throw nationalOnly();
      const way = ways.find((one) => one.name === protocol);
      const hasPathKey = given.hasPathKey || way?.secretPath === "always";
      const made = { ...given, organisation, hasPathKey };
      refuse([...faultsOfSource(made), ...faultsOfSending(made, ways), ...this.#faultsOfNrd(made)]);
      const { source, ...secrets } = await registerSource(store, made);
      entry.add({ source: source.id });
      return { source: this.#inUse(source), secrets };
    });
  }

  /** Changes its name, networks or agreement. @throws Problem INPUT_INVALID, CONFLICT */
  change(
    id: string,
    to: SourceChange,
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<SourceInUse> {
    const { store, audited } = this.#parts;
    const source = idNumber(id, "integer");
    const subject = { source, reason, after: { ...to } };
    return audited.do(caller.actor, sourceActs.change, subject, async (entry) => {
      const known = await this.#toChange(source, version, caller);
      const members = Object.keys(to) as (keyof SourceChange)[];
      const before = Object.fromEntries(members.map((member) => [member, known[member]]));
      entry.add({ name: known.name, before });
      refuse(faultsOfSource({ ...known, ...to }));
      if (!(await store.change(source, version, to))) throw changedMeanwhile(known);
      return this.#inUse(await this.#within(source, caller));
    });
  }

  /** Switches it off or on. Off, its messages are turned away at once; their senders keep them. */
  switch(
    id: string,
    to: "on" | "off",
    { version, reason }: Deliberate,
    caller: Caller,
  ): Promise<SourceInUse> {
    const { store, audited, now } = this.#parts;
    const source = idNumber(id, "integer");
    const enabled = to === "on";
    const act = enabled ? sourceActs.switchOn : sourceActs.switchOff;
    return audited.do(caller.actor, act, { source, reason }, async (entry) => {
      const known = await this.#toChange(source, version, caller);
      entry.add({ name: known.name });
      if (known.enabled === enabled)
        throw new Problem("CONFLICT", `${known.name} is switched ${to} already.`);
      const done = { enabled, why: reason, by: caller.person, at: now() };
      if (!(await store.switch(source, version, done))) throw changedMeanwhile(known);
      return this.#inUse(await this.#within(source, caller));
    });
  }

  /** Makes new secrets; the old ones work no longer. */
  renew(id: string, { version, reason }: Deliberate, caller: Caller): Promise<GivenSource> {
    const { store, audited } = this.#parts;
    const source = idNumber(id, "integer");
    return audited.do(caller.actor, sourceActs.renew, { source, reason }, async (entry) => {
      const known = await this.#toChange(source, version, caller);
      entry.add({ name: known.name });
      const { secrets, hashes } = newSecrets(known.hasPathKey);
      if (!(await store.renew(source, version, hashes))) throw changedMeanwhile(known);
      return { source: this.#inUse(await this.#within(source, caller)), secrets };
    });
  }

  /**
   * Says whether a source would be let in now, and what became of what it sent.
   * @param address to hold against its networks; absent: the one its last message came from
   */
  test(id: string, address: string | undefined, caller: Caller): Promise<SourceTest> {
    const { store, audited, settle, now } = this.#parts;
    const source = idNumber(id, "integer");
    const subject = { source, ...(address === undefined ? {} : { address }) };
    return audited.look(caller.actor, sourceActs.test, subject, async (entry) => {
      await this.#within(source, caller);
      await settle();
      const known = this.#inUse(await this.#within(source, caller));
      const found = testOf(known, await store.refusals(source), address, now());
      entry.add({ count: 1, closed: known.closed?.code ?? null });
      return found;
    });
  }

  #inUse(source: KnownSource): SourceInUse {
    return inUse(source, this.#parts.now());
  }

  async #within(id: number, caller: Caller): Promise<KnownSource> {
    const known = await this.#parts.store.byId(id);
    if (known === undefined || !isWithin(scopeOf(caller, "source.see"), known.organisation))
      throw new Problem("NOT_FOUND", "There is no such feed source in your organisation.");
    return known;
  }

  /** The source as it was seen. */
  async #toChange(id: number, version: number, caller: Caller): Promise<KnownSource> {
    const known = await this.#within(id, caller);
    if (known.version !== version) throw changedMeanwhile(known);
    return known;
  }

  /** @throws Problem NOT_FOUND for one beyond the caller's scope */
  async #organisationOf(code: string | undefined, caller: Caller): Promise<number> {
    if (code === undefined) return caller.organisation.id;
    const known = await this.#parts.organisations.byCode(code);
    if (known === undefined || !isWithin(scopeOf(caller, "source.see"), known.id))
      throw new Problem("NOT_FOUND", "You do not have access to an organisation with this code.");
    return known.id;
  }

  /** The one NRD behind a secret path is the organisation's own, or one that others may know of where it sends for them. */
  #faultsOfNrd({ nrd, organisation, aggregator }: NewSource): readonly InputError[] {
    if (nrd === null) return [];
    const known = this.#parts.nrds.byId(nrd);
    const own = known?.organisation === organisation;
    if (own || (known !== undefined && aggregator && known.type !== "covert")) return [];
    return [{ path: "nrd", code: "NRD_UNKNOWN", message: "The organisation has no camera with this id." }];
  }
}

function refuse(errors: readonly InputError[]): void {
  if (errors.length > 0) throw new Problem("INPUT_INVALID", "The feed source was not saved.", { errors });
}

const changedMeanwhile = ({ name }: KnownSource): Problem =>
  new Problem("CONFLICT", `${name} has changed since you opened it. Check it again before you decide.`);

const nationalOnly = (): Problem =>
  refusedBy(
    "aggregators-are-registered-nationally",
    "A source that sends for other organisations is registered by a national administrator.",
    "A national administrator to register it.",
  );
