import { parseReadId, type ReadKey } from "../archive/read.ts";
import type { ReadImages } from "../archive/read-images.ts";
import { hitActs } from "../audit/acts/hit.ts";
import { readActs } from "../audit/acts/read.ts";
import type { Audited, UnderWay } from "../audit/audited.ts";
import { shownVrms } from "../audit/shown-vrms.ts";
import { Problem } from "../errors.ts";
import type { EstateIndex } from "../estate/estate-index.ts";
import type { NrdAccess } from "../estate/nrd-access.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { Caller } from "../identity/caller.ts";
import { PRIORITIES, type Priority } from "../list/list-entry.ts";
import { accessFloor } from "../policy/access-floor.ts";
import type { Grant } from "../policy/grant.ts";
import type { PolicyInForce } from "../policy/in-force.ts";
import type { HitStore } from "./hit-store.ts";
import { areGiven, inHandSince, isInHand, type Grounds } from "./in-hand.ts";
import type { LastDay } from "../policy/facts.ts";
import { hitReadFacts, type Hit, type ImageKind } from "./hit.ts";
import {
  dispositionOf,
  requireLooked,
  refusalOf,
  type HitAnswer,
  type HitOutcome,
  type HitState,
  type Verification,
} from "./life.ts";
import type { HitOutbox } from "./outbox.ts";
import { StreamAccount, type Shown } from "./stream-account.ts";
import { byUrgency } from "./urgency.ts";

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
  readonly audited: Audited;
  /** What somebody asked and was shown in the 24 hours before a moment (epoch ms). */
  readonly lastDay: (person: number, before: number) => Promise<LastDay>;
  /** Counts what people do with hits. */
  readonly events: {
    hitAnswered(answer: { hit: string; act: HitAnswer["step"]; person: number }): void;
  };
}

/** Which hits are looked for; without grounds, those in hand. */
export interface HitFilter extends Grounds {
  readonly state?: HitState | undefined;
  readonly priority?: Priority | undefined;
  /** Id of a list. */
  readonly list?: string | undefined;
  /** Captured at this moment (epoch ms) or later. */
  readonly since?: number | undefined;
}

/** Hits that nobody has acknowledged, most urgent first. */
export interface OpenHits {
  readonly hits: readonly Hit[];
  /** There are more than fit. */
  readonly more: boolean;
}

/** What a hit stream carries; `dropped` is the last of a client that fell too far behind. */
export type HitEvent =
  | { readonly kind: "hit" | "hit-state"; readonly seq: string; readonly hit: Hit }
  | { readonly kind: "dropped"; readonly seq: string };

/**
 * Hits as people use them: those on lists of their own organisation; another's is Problem NOT_FOUND, as good as not there.
 * Every look and every step is in the log before it is taken, and again with how it ended (AUD-1).
 */
export class Hits {
  readonly #parts: HitsParts;

  constructor(parts: HitsParts) {
    this.#parts = parts;
  }

  /**
   * Newest first: those in hand, and with grounds also those that are not, within the ordinary period.
   * @throws Problem NOT_AUTHORISED with the rules that refuse
   */
  async list(filter: HitFilter, page: PageRequest, caller: Caller): Promise<Page<Hit>> {
    const before = afterId(page.cursor, "bigint");
    const { audited, store, nrdAccess } = this.#parts;
    const { state, priority, list, since } = filter;
    const subject = { ...filter, before: before ?? null, limit: page.limit };
    return audited.look(caller.actor, hitActs.list, subject, async (entry) => {
      const looksThrough = areGiven(filter);
      const at = this.#parts.now();
      const oldest = looksThrough ? Math.max(since ?? 0, this.#ordinaryAt(at)) : (since ?? 0);
      if (looksThrough) await this.#requireGrounds(filter, { from: since ?? oldest, at }, entry, caller);
      const hits = await store.list({
        organisation: caller.organisation.id,
        limit: page.limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(state === undefined ? {} : { state }),
        ...(priority === undefined ? {} : { priority }),
        ...(list === undefined ? {} : { list: idNumber(list, "integer") }),
        since: Math.max(oldest, this.#floor),
        ...(looksThrough ? {} : { inHandSince: this.#inHandSince }),
        withheldNrds: nrdAccess.withheldFrom(caller),
      });
      const found = pageByIds(hits, page.limit, (hit) => hit);
      entry.add({ count: found.items.length, vrms: shownVrms(found.items) });
      return found;
    });
  }

  /** The most urgent that nobody has acknowledged, at most `limit`. */
  async open(limit: number, caller: Caller): Promise<OpenHits> {
    const subject = { state: "new", mostUrgent: limit };
    return this.#parts.audited.look(caller.actor, hitActs.list, subject, async (entry) => {
      const found = await this.#mostUrgent(limit, caller);
      entry.add({ count: found.hits.length, vrms: shownVrms(found.hits) });
      return found;
    });
  }

  /** Their ids alone: they say nothing about a vehicle, so this is no look and leaves no entry. */
  async openIds(limit: number, caller: Caller): Promise<{ ids: readonly string[]; more: boolean }> {
    const { hits, more } = await this.#mostUrgent(limit, caller);
    return { ids: hits.map(({ id }) => String(id)), more };
  }

  /** @throws Problem NOT_AUTHORISED with the rules that refuse, for one that is no longer in hand */
  find(hit: string, caller: Caller, grounds: Grounds = {}): Promise<Hit> {
    const subject = { hit, ...saidOf(grounds) };
    return this.#parts.audited.look(caller.actor, hitActs.open, subject, async (entry) => {
      const own = await this.#own(hit, caller);
      await this.#requireInHand(own, grounds, entry, caller);
      entry.add({ count: 1, ...vehicleOf(own) });
      return own;
    });
  }

  /** @throws Problem CONFLICT when somebody else has it; again by the same person is nothing */
  async acknowledge(hit: string, caller: Caller): Promise<Hit> {
    const subject = await this.#named(hit, caller);
    return this.#parts.audited.do(caller.actor, hitActs.acknowledge, subject, (entry) =>
      this.#answer(hit, { step: "acknowledge" }, entry, caller),
    );
  }

  /** Says what the images show (VOI-8). @throws Problem CONFLICT before it is acknowledged or after it is closed */
  async verify(hit: string, result: Verification, caller: Caller): Promise<Hit> {
    const subject = { ...(await this.#named(hit, caller)), result };
    return this.#parts.audited.do(caller.actor, hitActs.verify, subject, (entry) =>
      this.#answer(hit, { step: "verify", result }, entry, caller),
    );
  }

  /** Says what came of it (VOI-9). @throws Problem CONFLICT before it is verified, INPUT_INVALID for no action without a note */
  async dispose(hit: string, outcome: HitOutcome, note: string, caller: Caller): Promise<Hit> {
    const answer = dispositionOf(outcome, note);
    const subject = { ...(await this.#named(hit, caller)), outcome, note: answer.note };
    return this.#parts.audited.do(caller.actor, hitActs.dispose, subject, (entry) =>
      this.#answer(hit, answer, entry, caller),
    );
  }

  /** JPEG bytes. @throws Problem NOT_FOUND where there is none, NOT_AUTHORISED with the rules that refuse */
  async image(hit: string, kind: ImageKind, caller: Caller, grounds: Grounds = {}): Promise<Buffer> {
    const { images, audited } = this.#parts;
    const subject = { hit, kind, ...saidOf(grounds) };
    const jpeg = await audited.look(caller.actor, readActs.image, subject, async (entry) => {
      const own = await this.#own(hit, caller);
      await this.#requireInHand(own, grounds, entry, caller);
      entry.add(vehicleOf(own));
      const grant = this.#mayOpen(own, caller);
      const { decidedBy: rules, policyPack, policyPackDigest } = grant;
      entry.add({ rules, policyPack, policyPackDigest });
      const found = await images.open(grant, parseReadId(own.readId) as ReadKey, kind);
      entry.add({ count: found === null ? 0 : 1 });
      return found;
    });
    if (jpeg === null) throw new Problem("NOT_FOUND", `This hit has no ${kind}.`);
    return jpeg;
  }

  /**
   * Events after a sequence number (null: from now on), in order, without end until `signal` aborts. A client that pauses
   * costs the room nothing. Resolves when the opening is in the log; every few seconds, and at the end, an entry says how
   * much was shown.
   */
  follow(after: string | null, signal: AbortSignal, caller: Caller): Promise<AsyncIterable<HitEvent>> {
    const { audited } = this.#parts;
    return audited.lookEach(caller.actor, hitActs.stream, { after }, (entry) => {
      const account = new StreamAccount((shown) => audited.do(caller.actor, hitActs.stream, shown), after);
      return this.#events(after, signal, caller, account, (rest) => entry.add(rest));
    });
  }

  async *#events(
    after: string | null,
    signal: AbortSignal,
    caller: Caller,
    account: StreamAccount,
    atEnd: (rest: Shown) => void,
  ): AsyncGenerator<HitEvent> {
    try {
      const from = after === null ? null : Number(after);
      const until = AbortSignal.any([signal, account.failed]);
      for await (const event of this.#parts.outbox.events(from, until)) {
        const seq = String(event.seq);
        if (event.kind === "dropped") {
          yield { kind: "dropped", seq };
        } else if (await this.#isToFollow(event.hit, caller)) {
          yield { kind: event.kind, seq, hit: event.hit };
          // Only here has whoever follows taken it.
          account.shown(seq, event.hit.vrm);
        }
      }
    } finally {
      atEnd(await account.end());
    }
  }

  /** A stream that is taken up again is no way round what looking at old hits asks for (INV-7). */
  async #isToFollow(hit: Hit, caller: Caller): Promise<boolean> {
    if (!this.#isFor(hit, caller)) return false;
    const since = this.#inHandSince;
    if (hit.captured.getTime() >= since) return true;
    // What is remembered is how it was when it was told; it may have been closed since.
    const today = await this.#parts.store.byId(hit.id);
    return today !== undefined && isInHand(today, since);
  }

  #isFor(hit: Hit, caller: Caller): boolean {
    return (
      hit.organisation === caller.organisation.id &&
      hit.captured.getTime() >= this.#floor &&
      this.#parts.nrdAccess.covers(caller, hit.nrd.id)
    );
  }

  /** @throws Problem NOT_AUTHORISED with the rules that refuse */
  #mayOpen(hit: Hit, caller: Caller): Grant {
    const { policy, nrds, now } = this.#parts;
    const facts = hitReadFacts(hit, nrds.taggedNrd(hit.nrd.id));
    const decision = policy.engine.decideHitRead(caller, facts, now());
    if (decision.allowed) return decision.grant;
    const { rules, needed } = decision;
    throw new Problem("NOT_AUTHORISED", needed.join(" "), { extra: { rules, needed } });
  }

  /** A closed hit of long ago is a read like any other: it takes grounds to look at it (INV-7). */
  async #requireInHand(hit: Hit, grounds: Grounds, entry: Ruled, caller: Caller): Promise<void> {
    if (isInHand(hit, this.#inHandSince)) return;
    const from = Math.min(hit.captured.getTime(), hit.received.getTime());
    await this.#requireGrounds(grounds, { from, at: this.#parts.now() }, entry, caller);
  }

  /**
   * @param wanted the oldest capture looked for, and when it is asked; epoch ms
   * @throws Problem NOT_AUTHORISED with the rules that refuse
   */
  async #requireGrounds(
    { purpose = null, reason = "" }: { readonly [Member in keyof Grounds]: Grounds[Member] | null },
    { from, at }: { readonly from: number; readonly at: number },
    entry: Ruled,
    caller: Caller,
  ): Promise<void> {
    const { policy, lastDay } = this.#parts;
    const { person, organisation, roles, standing } = caller;
    const proposal = { person, organisation, roles, standing, purpose, reason: reason ?? "", from };
    const decision = policy.engine.decideOldHits({ ...proposal, lastDay: await lastDay(person, at) }, at);
    entry.add({ rules: decision.rules });
    if (decision.allowed) return;
    const { rules, needed } = decision;
    throw new Problem("NOT_AUTHORISED", `This takes a purpose and a reason. ${needed.join(" ")}`, {
      extra: { rules, needed },
    });
  }

  get #inHandSince(): number {
    return inHandSince(this.#parts.now(), this.#parts.policy.pack);
  }

  /** The beginning of the ordinary period at a moment; epoch ms. */
  #ordinaryAt(at: number): number {
    return at - this.#parts.policy.pack.access.ordinaryDays * DAY_MS;
  }

  async #mostUrgent(limit: number, caller: Caller): Promise<OpenHits> {
    const found: Hit[] = [];
    const withheldNrds = this.#parts.nrdAccess.withheldFrom(caller);
    for (const priority of PRIORITIES) {
      const room = limit - found.length;
      const hits = await this.#parts.store.list({
        organisation: caller.organisation.id,
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

  /** Takes a step where the hit's state allows it; where somebody was first, says why not. */
  async #answer(
    hit: string,
    answer: HitAnswer,
    entry: Pick<UnderWay<Vehicle>, "add">,
    caller: Caller,
  ): Promise<Hit> {
    const { store, events } = this.#parts;
    const { step } = answer;
    const own = await this.#own(hit, caller);
    entry.add(vehicleOf(own));
    requireLooked(own, answer, caller.person);
    const answered = await store.answer(own.id, answer, caller.person);
    if (answered !== undefined) {
      events.hitAnswered({ hit: String(own.id), act: step, person: caller.person });
      return answered;
    }
    const now = await this.#own(hit, caller);
    const refusal = refusalOf(now, step, caller.person);
    if (refusal !== null) throw refusal;
    return now;
  }

  /** Hits go out of sight with their reads (RET-1). */
  get #floor(): number {
    return accessFloor(this.#parts.now(), this.#parts.policy.pack.retention.accessMonths);
  }

  /** A hit as the log names it, also before anything is done: with its vehicle, where the caller may know of it (AUD-6). */
  async #named(hit: string, caller: Caller): Promise<{ readonly hit: string } & Partial<Vehicle>> {
    const own = await this.#seen(hit, caller);
    return own === undefined ? { hit } : { hit, ...vehicleOf(own) };
  }

  async #seen(hit: string, caller: Caller): Promise<Hit | undefined> {
    const id = HIT_ID.test(hit) ? Number(hit) : undefined;
    const known = id === undefined ? undefined : await this.#parts.store.byId(id);
    return known !== undefined && this.#isFor(known, caller) ? known : undefined;
  }

  async #own(hit: string, caller: Caller): Promise<Hit> {
    const known = await this.#seen(hit, caller);
    if (known === undefined)
      throw new Problem("NOT_FOUND", "There is no hit with this id in your organisation.");
    return known;
  }
}

const DAY_MS = 86_400_000;

/** An entry that is told by which rules it was decided. */
type Ruled = Pick<UnderWay<{ readonly rules?: readonly string[] | undefined }>, "add">;

/** What was said of why, as the log has it. */
const saidOf = ({ purpose, reason }: Grounds): Grounds => ({
  ...(purpose === undefined ? {} : { purpose }),
  ...(reason === undefined ? {} : { reason }),
});

const HIT_ID = /^[1-9]\d{0,14}$/;

/** What the log is searched by (AUD-6). */
interface Vehicle {
  readonly vrm: string;
  readonly nrd: number;
}
const vehicleOf = ({ vrm, nrd }: Hit): Vehicle => ({ vrm, nrd: nrd.id });

const urgencyOf = ({ id, priority, captured }: Hit) => ({
  id: String(id),
  priority,
  captured: captured.getTime(),
});
