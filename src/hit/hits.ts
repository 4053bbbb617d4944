import { parseReadId, type ReadKey } from "../archive/read.ts";
import type { ReadImages } from "../archive/read-images.ts";
import { Problem } from "../errors.ts";
import type { EstateIndex } from "../estate/estate-index.ts";
import type { HitStore } from "./hit-store.ts";
import {
  HIT_OUTCOMES,
  hitReadFacts,
  type Hit,
  type HitOutcome,
  type HitState,
  type ImageKind,
  type Verification,
} from "./hit.ts";
import type { HitOutbox } from "./outbox.ts";
import { byUrgency } from "./urgency.ts";
import { PRIORITIES, type Priority } from "../list/list-entry.ts";
import type { Events } from "../observe/events.ts";
import { accessFloor } from "../policy/access-floor.ts";
import type { Grant } from "../policy/grant.ts";
import type { PolicyInForce } from "../policy/in-force.ts";
import type { HitEvent, HitFilter, HitPort, OpenHits, Rooms } from "../api/ports.ts";
import { StreamAccount } from "./stream-account.ts";
import type { HitView } from "../api/views.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import { presentHit } from "../api/hits/present.ts";
import type { NrdAccess } from "../estate/nrd-access.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import { auditFirst, auditOutcome, auditedLook, countPage } from "../audit/audit-first.ts";
import type { Caller } from "../identity/caller.ts";

export interface HitsParts {
  readonly store: HitStore;
  readonly outbox: Pick<HitOutbox, "events">;
  readonly images: Pick<ReadImages, "open">;
  readonly policy: Pick<PolicyInForce, "engine" | "pack">;
  readonly nrdAccess: Pick<NrdAccess, "covers" | "withheldFrom">;
  /** The register, for NRDs whose reads are not for everybody. */
  readonly nrds: Pick<EstateIndex, "taggedNrd">;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly audit: Rooms["audit"];
  readonly events: Events;
}

/** Hits as people use them: those on lists of their own organisation; another's is as good as not there. */
export class Hits implements HitPort {
  readonly #parts: HitsParts;
  /** The text of an event is made once for all streams. */
  readonly #texts = new WeakMap<Hit, string>();

  constructor(parts: HitsParts) {
    this.#parts = parts;
  }

  async list(filter: HitFilter, page: PageRequest, caller: Caller): Promise<Page<HitView>> {
    const before = afterId(page.cursor, "bigint");
    const subject = { ...filter, before: before ?? null, limit: page.limit };
    const look = async (): Promise<Page<HitView>> => {
      const hits = await this.#parts.store.list({
        organisation: caller.organisation.id,
        limit: page.limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(filter.state === undefined ? {} : { state: filter.state as HitState }),
        ...(filter.priority === undefined ? {} : { priority: filter.priority as Priority }),
        ...(filter.list === undefined ? {} : { list: idNumber(filter.list, "integer") }),
        since: Math.max(filter.since ?? 0, this.#floor),
        withheldNrds: this.#parts.nrdAccess.withheldFrom(caller),
      });
      return pageByIds(hits, page.limit, presentHit);
    };
    return auditedLook(this.#parts.audit, caller, "hit.list", subject, look, countPage);
  }

  async open(limit: number, caller: Caller): Promise<OpenHits> {
    const { hits, more } = await auditedLook(
      this.#parts.audit,
      caller,
      "hit.list",
      { state: "new", mostUrgent: limit },
      () => this.#mostUrgent(limit, caller),
      (found) => ({ count: found.hits.length }),
    );
    return { hits: hits.map(presentHit), more };
  }

  async openIds(limit: number, asker: Caller): Promise<{ ids: readonly string[]; more: boolean }> {
    const { hits, more } = await this.#mostUrgent(limit, asker);
    return { ids: hits.map(({ id }) => String(id)), more };
  }

  async find(hit: string, caller: Caller): Promise<HitView> {
    const look = () => this.#own(caller, hit);
    const shown = (own: Hit) => ({ count: 1, ...vehicleOf(own) });
    return presentHit(await auditedLook(this.#parts.audit, caller, "hit.open", { hit }, look, shown));
  }

  async acknowledge(hit: string, caller: Caller): Promise<HitView> {
    const own = await this.#own(caller, hit);
    const { id } = own;
    await auditFirst(this.#parts.audit, caller, "hit.acknowledge", { hit: id, ...vehicleOf(own) });
    return this.#answered(await this.#parts.store.acknowledge(id, caller.person), "acknowledge", caller);
  }

  async verify(hit: string, result: Verification, caller: Caller): Promise<HitView> {
    const own = await this.#own(caller, hit);
    const { id } = own;
    await auditFirst(this.#parts.audit, caller, "hit.verify", { hit: id, result, ...vehicleOf(own) });
    return this.#answered(await this.#parts.store.verify(id, result, caller.person), "verify", caller);
  }

  async dispose(
    hit: string,
    { outcome, note }: { outcome: string; note: string },
    caller: Caller,
  ): Promise<HitView> {
    if (!(HIT_OUTCOMES as readonly string[]).includes(outcome)) {
      throw new Problem("INPUT_INVALID", "Correct what `errors` names and send it again.", {
        errors: [{ path: "outcome", code: "INVALID_VALUE", message: `One of ${HIT_OUTCOMES.join(", ")}.` }],
      });
    }
    const how = { outcome: outcome as HitOutcome, note };
    const own = await this.#own(caller, hit);
    const { id } = own;
    await auditFirst(this.#parts.audit, caller, "hit.disposition", { hit: id, ...how, ...vehicleOf(own) });
    return this.#answered(await this.#parts.store.disposition(id, how, caller.person), "disposition", caller);
  }

  async image(hit: string, kind: ImageKind, caller: Caller): Promise<Buffer> {
    const { images, audit } = this.#parts;
    const { jpeg } = await auditedLook(
      audit,
      caller,
      "read.image",
      { hit, kind },
      async () => {
        const own = await this.#own(caller, hit);
        const grant = this.#mayOpen(own, caller);
        return { own, grant, jpeg: await images.open(grant, parseReadId(own.readId) as ReadKey, kind) };
      },
      ({ own, jpeg, grant: { rules, policyPack, policyPackDigest } }) => ({
        count: jpeg === null ? 0 : 1,
        ...vehicleOf(own),
        rules,
        policyPack,
        policyPackDigest,
      }),
    );
    if (jpeg === null) throw new Problem("NOT_FOUND", `This hit has no ${kind}.`);
    return jpeg;
  }

  async events(after: string | null, signal: AbortSignal, caller: Caller): Promise<AsyncIterable<HitEvent>> {
    await auditOutcome(this.#parts.audit, caller, "hit.stream", "asked", { after });
    return this.#follow(after, signal, caller);
  }

  async *#follow(after: string | null, signal: AbortSignal, caller: Caller): AsyncGenerator<HitEvent> {
    const account = new StreamAccount(
      (shown) => auditOutcome(this.#parts.audit, caller, "hit.stream", "done", shown),
      after,
    );
    try {
      const from = after === null ? null : Number(after);
      const until = AbortSignal.any([signal, account.failed]);
      for await (const event of this.#parts.outbox.events(from, until)) {
        const seq = String(event.seq);
        if (event.kind === "dropped") {
          yield { kind: "dropped", seq, json: "" };
        } else if (this.#isFor(caller, event.hit)) {
          yield { kind: event.kind, seq, json: this.#textOf(event.hit) };
          // Only here has the follower taken it.
          account.shown(seq);
        }
      }
    } finally {
      await account.end();
    }
  }

  #isFor(asker: Caller, hit: Hit): boolean {
    return (
      hit.organisation === asker.organisation.id &&
      hit.captured.getTime() >= this.#floor &&
      this.#parts.nrdAccess.covers(asker, hit.site.nrd)
    );
  }

  /** @throws Problem NOT_AUTHORISED with the rules that refuse */
  #mayOpen(hit: Hit, asker: Caller): Grant {
    const { policy, nrds, now } = this.#parts;
    const decision = policy.engine.decideHitRead(
      asker,
      hitReadFacts(hit, nrds.taggedNrd(hit.site.nrd)),
      now(),
    );
    if (decision.allowed) return decision.grant;
    const { rules, needed } = decision;
    throw new Problem("NOT_AUTHORISED", needed.join(" "), { extra: { rules, needed } });
  }

  async #mostUrgent(limit: number, asker: Caller): Promise<{ hits: readonly Hit[]; more: boolean }> {
    const found: Hit[] = [];
    const withheldNrds = this.#parts.nrdAccess.withheldFrom(asker);
    for (const priority of PRIORITIES) {
      const room = limit - found.length;
      const hits = await this.#parts.store.list({
        organisation: asker.organisation.id,
        state: "new",
        priority,
        since: this.#floor,
        withheldNrds,
        limit: room + 1,
      });
      found.push(...hits);
      if (hits.length > room) break;
    }
    const hits = found.slice(0, limit).sort((a, b) => byUrgency(urgencyOf(a), urgencyOf(b)));
    return { hits, more: found.length > limit };
  }

  #textOf(hit: Hit): string {
    const known = this.#texts.get(hit);
    if (known !== undefined) return known;
    const text = JSON.stringify(presentHit(hit));
    this.#texts.set(hit, text);
    return text;
  }

  #answered(hit: Hit, act: "acknowledge" | "verify" | "disposition", caller: Caller): HitView {
    this.#parts.events.hitAnswered({ hit: String(hit.id), act, person: caller.person });
    return presentHit(hit);
  }

  /** Hits go out of sight with their reads (RET-1). */
  get #floor(): number {
    return accessFloor(this.#parts.now(), this.#parts.policy.pack.retention.accessMonths);
  }

  async #own(asker: Caller, hit: string): Promise<Hit> {
    const known = await this.#parts.store.byId(idNumber(hit, "bigint"));
    if (known === undefined || !this.#isFor(asker, known))
      throw new Problem("NOT_FOUND", "Your organisation has no hit with this id.");
    return known;
  }
}

/** What the log is searched by (AUD-6). */
const vehicleOf = ({ vrm, site: { nrd } }: Hit): { readonly vrm: string; readonly nrd: number } => ({
  vrm,
  nrd,
});

const urgencyOf = ({ id, priority, captured }: Hit) => ({
  id: String(id),
  priority,
  captured: captured.getTime(),
});
