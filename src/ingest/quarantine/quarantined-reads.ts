import { Problem } from "../../errors.ts";
import type { EstateIndex } from "../../estate/estate-index.ts";
import type { Intake } from "../intake.ts";
import type { FeedSource } from "../outcome.ts";
import {
  referenceOf,
  referencesTo,
  type HeldCapture,
  type Quarantine,
  type Quarantined,
} from "./quarantine.ts";
import type { Events } from "../../observe/events.ts";
import { accessFloor } from "../../policy/access-floor.ts";
import type { QuarantinePort, Rooms } from "../../api/ports.ts";
import type { QuarantinedInFull, QuarantinedView } from "../../api/views.ts";
import { afterId, idNumber, pageByIds } from "../../flow/cursor.ts";
import type { NrdAccess } from "../../estate/nrd-access.ts";
import type { Page, PageRequest } from "../../flow/page.ts";
import { auditFirst, auditedLook, countPage } from "../../audit/audit-first.ts";
import type { Caller } from "../../identity/caller.ts";

export interface QuarantinedReadsParts {
  readonly store: Quarantine;
  readonly source: (id: number) => FeedSource | undefined;
  readonly intake: Pick<Intake, "take">;
  readonly nrdAccess: Pick<NrdAccess, "covers" | "withheldFrom">;
  readonly nrds: Pick<EstateIndex, "find" | "byId">;
  readonly audit: Rooms["audit"];
  readonly events: Events;
  /** Days after which an undecided read is discarded (policy pack). */
  readonly keptDays: () => number;
  /** Nothing captured longer ago is shown to anybody (policy pack). */
  readonly accessMonths: () => number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const DAY_MS = 86_400_000;

/**
 * Reads set apart, as people decide on them (READ-4): those that came from a source of their own organisation, and of NRDs
 * that they may know of.
 */
export class QuarantinedReads implements QuarantinePort {
  readonly #parts: QuarantinedReadsParts;

  constructor(parts: QuarantinedReadsParts) {
    this.#parts = parts;
  }

  async list(
    filter: { code?: string | undefined },
    page: PageRequest,
    caller: Caller,
  ): Promise<Page<QuarantinedView>> {
    const before = afterId(page.cursor, "bigint");
    const subject = { ...filter, before: before ?? null, limit: page.limit };
    const look = async (): Promise<Page<QuarantinedView>> => {
      const rows = await this.#parts.store.list({
        state: "held",
        organisation: caller.organisation.id,
        since: this.#floor,
        withheldNrds: this.#withheldFrom(caller),
        limit: page.limit + 1,
        ...(filter.code === undefined ? {} : { code: filter.code }),
        ...(before === undefined ? {} : { before: String(before) }),
      });
      const numbered = rows.map((row) => ({ ...row, id: Number(row.id) }));
      return pageByIds(numbered, page.limit, (row) => this.#present({ ...row, id: String(row.id) }));
    };
    return auditedLook(this.#parts.audit, caller, "quarantine.list", subject, look, countPage);
  }

  async find(quarantined: string, caller: Caller): Promise<QuarantinedInFull> {
    return auditedLook(this.#parts.audit, caller, "quarantine.open", { quarantined }, async () => {
      const held = await this.#own(caller, quarantined);
      const capture = await this.#parts.store.capture(held.id);
      return { ...this.#present(held), sent: sentOf(capture) };
    });
  }

  async image(quarantined: string, kind: "patch" | "overview", caller: Caller): Promise<Buffer> {
    const jpeg = await auditedLook(
      this.#parts.audit,
      caller,
      "quarantine.open",
      { quarantined, kind },
      async () => this.#parts.store.image((await this.#own(caller, quarantined)).id, kind),
      (found) => ({ count: found === undefined ? 0 : 1 }),
    );
    if (jpeg === undefined) throw new Problem("NOT_FOUND", `This read has no ${kind} image.`);
    return jpeg;
  }

  /** Judges the read again with the objection waived, and stores it as of when it first came. */
  async release(quarantined: string, reason: string, caller: Caller): Promise<{ readId: string }> {
    const { store, source, intake, audit, events } = this.#parts;
    const held = await this.#waiting(caller, quarantined);
    const kept = await store.capture(held.id);
    const sender = kept && source(kept.source);
    if (kept === undefined || sender === undefined)
      throw new Problem("CONFLICT", "Its source is no longer registered or switched on.");
    await auditFirst(audit, caller, "quarantine.release", { quarantined: held.id, code: held.code, reason });
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
    // Crash here: the read is stored and still held; releasing again finds the same read and marks it.
    await store.markReleased(held.id, { by: caller.person, reason, readId: outcome.readId });
    events.quarantineDecided({ quarantineId: held.id, decision: "release", person: caller.person });
    return { readId: outcome.readId };
  }

  async discard(quarantined: string, reason: string, caller: Caller): Promise<void> {
    const held = await this.#waiting(caller, quarantined);
    await auditFirst(this.#parts.audit, caller, "quarantine.discard", {
      quarantined: held.id,
      code: held.code,
      reason,
    });
    await this.#parts.store.markDiscarded(held.id, { by: caller.person, reason });
    this.#parts.events.quarantineDecided({
      quarantineId: held.id,
      decision: "discard",
      person: caller.person,
    });
  }

  /** Reads set apart go out of sight as reads of the archive do (RET-1). */
  get #floor(): number {
    return accessFloor(this.#parts.now(), this.#parts.accessMonths());
  }

  async #waiting(asker: Caller, quarantined: string): Promise<Quarantined> {
    const held = await this.#own(asker, quarantined);
    if (held.state !== "held") throw new Problem("CONFLICT", `This read has already been ${held.state}.`);
    return held;
  }

  async #own(asker: Caller, quarantined: string): Promise<Quarantined> {
    const held = await this.#parts.store.byId(String(idNumber(quarantined, "bigint")));
    if (
      held?.source.organisation !== asker.organisation.id ||
      held.captured.getTime() < this.#floor ||
      !this.#mayKnow(asker, held)
    ) {
      throw new Problem(
        "NOT_FOUND",
        "There is no quarantined read with this id from a source of your organisation.",
      );
    }
    return held;
  }

  /** A read of an NRD that nobody registered belongs to nobody but its source. */
  #mayKnow(asker: Caller, { nrd }: Quarantined): boolean {
    const known = this.#parts.nrds.find(referenceOf(nrd));
    return known === undefined || this.#parts.nrdAccess.covers(asker, known.id);
  }

  /** Every way in which a message can name an NRD that the asker may not know of. */
  #withheldFrom(asker: Caller): readonly string[] {
    const { nrdAccess, nrds } = this.#parts;
    return nrdAccess.withheldFrom(asker).flatMap((id) => {
      const nrd = nrds.byId(id);
      return nrd === undefined ? [] : referencesTo(nrd);
    });
  }

  #present(held: Quarantined): QuarantinedView {
    return {
      id: held.id,
      code: held.code,
      detail: held.detail,
      received: held.received.toISOString(),
      captured: held.captured.toISOString(),
      vrm: held.vrm,
      nrd: held.nrd,
      source: held.source.name,
      images: [...held.images],
      deleteBy: new Date(held.received.getTime() + this.#parts.keptDays() * DAY_MS).toISOString(),
    };
  }
}

/** What arrived, in words a person can check, without its images. */
function sentOf(held: HeldCapture | undefined): QuarantinedInFull["sent"] {
  if (held === undefined) return null;
  const { patch: _patch, overview: _overview, captured, ...rest } = held.capture;
  return { ...rest, captured: new Date(captured).toISOString() };
}
