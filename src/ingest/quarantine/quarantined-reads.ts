import { quarantineActs } from "../../audit/acts/quarantine.ts";
import type { Audited } from "../../audit/audited.ts";
import { shownVrms } from "../../audit/shown-vrms.ts";
import { normaliseVrm } from "../../read/vrm.ts";
import { Problem } from "../../errors.ts";
import type { EstateIndex } from "../../estate/estate-index.ts";
import type { Intake } from "../intake.ts";
import type { QuarantineCode } from "../outcome.ts";
import type { FeedSource } from "../../source/feed-source.ts";
import {
  referenceOf,
  referencesTo,
  type HeldCapture,
  type Quarantine,
  type Quarantined,
} from "./quarantine.ts";
import { accessFloor } from "../../policy/access-floor.ts";
import { afterId, idNumber, pageByIds } from "../../flow/cursor.ts";
import type { NrdAccess } from "../../estate/nrd-access.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import type { Caller } from "../../identity/caller.ts";

export interface QuarantinedReadsParts {
  readonly store: Quarantine;
  readonly source: (id: number) => FeedSource | undefined;
  readonly intake: Pick<Intake, "take">;
  readonly nrdAccess: Pick<NrdAccess, "covers" | "withheldFrom">;
  readonly nrds: Pick<EstateIndex, "find" | "byId">;
  readonly audited: Audited;
  /** Counts what people decide. */
  readonly events: {
    quarantineDecided(decision: {
      quarantineId: string;
      decision: "release" | "discard";
      person: number;
    }): void;
  };
  /** Days after which an undecided read is discarded (policy pack). */
  readonly keptDays: () => number;
  /** Nothing captured longer ago is shown to anybody (policy pack). */
  readonly accessMonths: () => number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const DAY_MS = 86_400_000;

/** Which of them are looked for. */
export interface QuarantineFilter {
  readonly code?: QuarantineCode | undefined;
}

/** A read set apart, and when it is discarded where nobody decides. */
export type HeldRead = Quarantined & { readonly deleteBy: Date };

/**
 * Reads set apart, as people decide on them (READ-4): those that came from a source of their own organisation, and of NRDs
 * that they may know of.
 */
export class QuarantinedReads {
  readonly #parts: QuarantinedReadsParts;

  constructor(parts: QuarantinedReadsParts) {
    this.#parts = parts;
  }

  /** Newest first. */
  async list(filter: QuarantineFilter, page: PageRequest, caller: Caller): Promise<Page<HeldRead>> {
    const before = afterId(page.cursor, "bigint");
    const { audited, store } = this.#parts;
    const subject = { ...filter, before: before ?? null, limit: page.limit };
    return audited.look(caller.actor, quarantineActs.list, subject, async (entry) => {
      const rows = await store.list({
        state: "held",
        organisation: caller.organisation.id,
        since: this.#floor,
        withheldNrds: this.#withheldFrom(caller),
        limit: page.limit + 1,
        ...(filter.code === undefined ? {} : { code: filter.code }),
        ...(before === undefined ? {} : { before: String(before) }),
      });
      const numbered = rows.map((row) => ({ id: Number(row.id), row }));
      const found = pageByIds(numbered, page.limit, ({ row }) => this.#withEnd(row));
      entry.add({ count: found.items.length, vrms: shownVrms(rows.slice(0, page.limit).map(vrmOf)) });
      return found;
    });
  }

  /** One, with what arrived; null where that was discarded and so forgotten. */
  find(
    quarantined: string,
    caller: Caller,
  ): Promise<HeldRead & { readonly capture: HeldCapture["capture"] | null }> {
    const { audited, store } = this.#parts;
    return audited.look(caller.actor, quarantineActs.open, { quarantined }, async (entry) => {
      const held = await this.#own(quarantined, caller);
      const kept = await store.capture(held.id);
      entry.add({ count: 1, ...vehicleOf(held) });
      return { ...this.#withEnd(held), capture: kept?.capture ?? null };
    });
  }

  /** JPEG bytes. @throws Problem NOT_FOUND where there is none */
  async image(quarantined: string, kind: "patch" | "overview", caller: Caller): Promise<Buffer> {
    const { audited, store } = this.#parts;
    const subject = { quarantined, kind };
    const jpeg = await audited.look(caller.actor, quarantineActs.open, subject, async (entry) => {
      const held = await this.#own(quarantined, caller);
      const found = await store.image(held.id, kind);
      entry.add({ count: found === undefined ? 0 : 1, ...vehicleOf(held) });
      return found;
    });
    if (jpeg === undefined) throw new Problem("NOT_FOUND", `This read has no ${kind} image.`);
    return jpeg;
  }

  /** Judges the read again with the objection waived, and stores it as of when it first came. Out: the id of the read. */
  release(quarantined: string, reason: string, caller: Caller): Promise<{ readId: string }> {
    const { store, source, intake, audited, events } = this.#parts;
    return audited.do(caller.actor, quarantineActs.release, { quarantined, reason }, async (entry) => {
      const held = await this.#waiting(quarantined, caller);
      entry.add({ code: held.code });
      const kept = await store.capture(held.id);
      const sender = kept && source(kept.source);
      if (kept === undefined || sender === undefined)
        throw new Problem("CONFLICT", "Its source is no longer registered or switched on.");
      const [outcome] = await intake.take([{ capture: kept.capture }], sender, {
        waived: held.code,
        received: kept.received,
      });
      if (outcome === undefined || !("readId" in outcome)) {
        const why =
          outcome?.verdict === "refused"
            ? outcome.message
            : "Fix the cause first: the read would still be set aside for the same reason.";
        throw new Problem("CONFLICT", `The read cannot be released. ${why}`);
      }
      const { readId } = outcome;
      entry.add({ read: readId });
      // Crash here: the read is stored and still held; releasing again finds the same read and marks it.
      await store.markReleased(held.id, { by: caller.person, reason, readId });
      events.quarantineDecided({ quarantineId: held.id, decision: "release", person: caller.person });
      return { readId };
    });
  }

  discard(quarantined: string, reason: string, caller: Caller): Promise<void> {
    const { store, audited, events } = this.#parts;
    return audited.do(caller.actor, quarantineActs.discard, { quarantined, reason }, async (entry) => {
      const held = await this.#waiting(quarantined, caller);
      entry.add({ code: held.code });
      await store.markDiscarded(held.id, { by: caller.person, reason });
      events.quarantineDecided({ quarantineId: held.id, decision: "discard", person: caller.person });
    });
  }

  /** Reads set apart go out of sight as reads of the archive do (RET-1). */
  get #floor(): number {
    return accessFloor(this.#parts.now(), this.#parts.accessMonths());
  }

  async #waiting(quarantined: string, caller: Caller): Promise<Quarantined> {
    const held = await this.#own(quarantined, caller);
    if (held.state !== "held") throw new Problem("CONFLICT", `This read has already been ${held.state}.`);
    return held;
  }

  async #own(quarantined: string, caller: Caller): Promise<Quarantined> {
    const held = await this.#parts.store.byId(String(idNumber(quarantined, "bigint")));
    if (
      held?.source.organisation !== caller.organisation.id ||
      held.captured.getTime() < this.#floor ||
      !this.#mayKnow(held, caller)
    ) {
      throw new Problem(
        "NOT_FOUND",
        "There is no quarantined read with this id from a source of your organisation.",
      );
    }
    return held;
  }

  /** A read of an NRD that nobody registered, as its source may know, belongs to nobody but its source. */
  #mayKnow({ nrd, code, source }: Quarantined, caller: Caller): boolean {
    if (code === "NRD_UNKNOWN" && this.#parts.source(source.id)?.aggregator === false) return true;
    const known = this.#parts.nrds.find(referenceOf(nrd));
    return known === undefined || this.#parts.nrdAccess.covers(caller, known.id);
  }

  /**
   * Every way in which a message can name an NRD that the caller may not know of; what a source of their own sent for one that is
   * not there for it, the store shows all the same, like any other of an unknown NRD.
   */
  #withheldFrom(caller: Caller): readonly string[] {
    const { nrdAccess, nrds } = this.#parts;
    return nrdAccess.withheldFrom(caller).flatMap((id) => {
      const nrd = nrds.byId(id);
      return nrd === undefined ? [] : referencesTo(nrd);
    });
  }

  #withEnd(held: Quarantined): HeldRead {
    return { ...held, deleteBy: new Date(held.received.getTime() + this.#parts.keptDays() * DAY_MS) };
  }
}

/** The VRM as the log is searched by; none where what was sent is no VRM. */
function vrmOf({ vrm }: Quarantined): { readonly vrm: string | null } {
  const read = normaliseVrm(vrm);
  return { vrm: read.kind === "vrm" ? read.vrm : null };
}

function vehicleOf(held: Quarantined): { readonly vrm?: string } {
  const { vrm } = vrmOf(held);
  return vrm === null ? {} : { vrm };
}
