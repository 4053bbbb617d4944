import type { Act, SubjectOf } from "../audit/act.ts";
import { authorityActs } from "../audit/acts/authority.ts";
import type { Audited, UnderWay } from "../audit/audited.ts";
import { shownVrms } from "../audit/shown-vrms.ts";
import { Problem } from "../errors.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { Caller } from "../identity/caller.ts";
import type { PersonStore } from "../identity/person.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import { enquiryCursor, enquiryPlaceOf, listCursor, listPlaceOf } from "./authority-cursor.ts";
import { AUTHORITY_ACTS, overtaken, requireNow, whyNotNow, type AuthorityAct } from "./authority-life.ts";
import type { AuthorityChange, AuthorityLifeStore } from "./authority-life-store.ts";
import {
  standingOf,
  type AuthorityEvent,
  type AuthorityRecord,
  type AuthorityState,
  type EnquiryUnder,
  type NewAuthorityRequest,
  type StandingAuthority,
} from "./authority-record.ts";
import { requestFacts, requestSubject, seenBy, subjectOf } from "./authority-terms.ts";
import { checkRequest, type AskedAuthority } from "./check-request.ts";
import { requireCriterion, requireEnd, requireLater } from "./decision-terms.ts";
import { mayAct, sayWhoApproves } from "./may-act.ts";
import { isOral, judgeOral, notAuthorised } from "./oral-authority.ts";

export interface AuthoritiesParts {
  readonly store: AuthorityLifeStore;
  /** The policy in force, asked for at every decision. */
  readonly policy: { readonly engine: PolicyEngine };
  readonly audited: Audited;
  readonly people: Pick<PersonStore, "byId">;
  /** The register as somebody may know it. */
  readonly nrds: { seenBy(asker: Caller): { byId(id: number): unknown } };
  /** Epoch ms. */
  readonly now: () => number;
}

export interface AuthorityQuery {
  readonly state?: AuthorityState | undefined;
  /** Only those the caller asked for. */
  readonly mine?: boolean | undefined;
}

/** One authority with its history, a page of what was done under it, and what the caller may do to it. */
export interface AuthorityInFull {
  readonly authority: StandingAuthority;
  /** Oldest first. */
  readonly history: readonly AuthorityEvent[];
  /** Newest first. */
  readonly enquiries: Page<EnquiryUnder>;
  /** `whyNot` null: the caller may. */
  readonly acts: readonly { readonly act: AuthorityAct; readonly whyNot: string | null }[];
}

/** What a request would become, and who could approve it; nothing is stored. */
export type AuthorityPreview = NewAuthorityRequest & { readonly approver: string };

/** An approval as somebody gives it. Times are epoch milliseconds UTC. */
export interface AuthorityApproval {
  readonly reason: string;
  /** Name of the exceptional criterion relied on. */
  readonly exceptional?: string | undefined;
  /** Absent: as asked for. */
  readonly until?: number | undefined;
}

type Decided = SubjectOf<typeof authorityActs.decide> & SubjectOf<typeof authorityActs.extend>;
/** What is done to one authority, once the law allows it; undefined where somebody was quicker. */
type Change = (known: AuthorityRecord, change: PersonsChange) => Promise<AuthorityRecord | undefined>;
type PersonsChange = AuthorityChange & { readonly by: number };

/**
 * Authorities as people ask for, decide on and look at them: each act is judged, logged, and only then done (INV-2, AUD-1). One
 * outside the caller's scope is Problem NOT_FOUND; an act that does not fit how it stands is CONFLICT; one that the policy refuses
 * is NOT_AUTHORISED with `rules` and `needed`. An authority is named by its id or its reference.
 */
export class Authorities {
  readonly #parts: AuthoritiesParts;

  constructor(parts: AuthoritiesParts) {
    this.#parts = parts;
  }

  /** Those that wait for the caller, or that they can rely on, first. */
  list(query: AuthorityQuery, page: PageRequest, caller: Caller): Promise<Page<StandingAuthority>> {
    const { audited, now, store } = this.#parts;
    const after = listPlaceOf(page.cursor);
    const subject = { list: "authorities", ...query };
    return audited.look(caller.actor, authorityActs.open, subject, async (entry) => {
      const found = await store.list({
        seen: seenBy(caller),
        waitingFirst: this.#engine.mayDo(caller.roles, "authority.decide"),
        now: now(),
        limit: page.limit + 1,
        ...(query.state === undefined ? {} : { state: query.state }),
        ...(query.mine === true ? { askedBy: caller.person } : {}),
        ...(after === undefined ? {} : { after }),
      });
      const kept = found.slice(0, page.limit);
      const last = kept.at(-1);
      const vrms = kept.flatMap(({ authority }) => authority.scope.vrms ?? []);
      entry.add({ count: kept.length, vrms: shownVrms(vrms.map((vrm) => ({ vrm }))) });
      return {
        items: kept.map(({ authority }) => this.#standing(authority)),
        next: found.length > page.limit && last !== undefined ? listCursor(last.place) : null,
      };
    });
  }

  /** One in full. @param page of the enquiries under it */
  open(authority: string, page: PageRequest, caller: Caller): Promise<AuthorityInFull> {
    const { audited, store } = this.#parts;
    const after = enquiryPlaceOf(page.cursor);
    return audited.look(caller.actor, authorityActs.open, { authority }, async (entry) => {
      const known = there(authority, await store.record(authority, seenBy(caller)));
      entry.add(subjectOf(known));
      const [history, enquiries] = await Promise.all([
        store.history(known.id),
        store.enquiriesUnder(known, {
          limit: page.limit + 1,
          ...(after === undefined ? {} : { after }),
        }),
      ]);
      const items = enquiries.slice(0, page.limit);
      const last = items.at(-1);
      const next = enquiries.length > page.limit && last !== undefined ? enquiryCursor(last) : null;
      entry.add({ count: 1 });
      return {
        authority: this.#standing(known),
        history,
        enquiries: { items, next },
        acts: AUTHORITY_ACTS.map((act) => ({ act, whyNot: this.#whyNot(act, known, caller) })),
      };
    });
  }

  /** @throws Problem INPUT_INVALID naming every field that is wrong, as `request` would */
  async preview(asked: AskedAuthority, caller: Caller): Promise<AuthorityPreview> {
    const request = await this.#check(asked, caller);
    const { access } = this.#engine.pack;
    const now = this.#parts.now();
    const approver = sayWhoApproves(requestFacts(request), caller, this.#engine, { now, access });
    return { ...request, approver };
  }

  async request(asked: AskedAuthority, caller: Caller): Promise<StandingAuthority> {
    const { audited, now, people, store } = this.#parts;
    const request = await this.#check(asked, caller);
    const subject = {
      ...requestSubject(request),
      ...(asked.oral === undefined ? {} : { oral: asked.oral.by }),
    };
    return audited.do(caller.actor, authorityActs.add, subject, async (entry) => {
      const approval = this.#engine.decideRequest(caller, requestFacts(request), now());
      entry.add({ rules: approval.rules });
      if (!approval.allowed) throw notAuthorised("It was not done. Needed:", approval);
      const engine = this.#engine;
      const oral = isOral(request) ? await judgeOral({ store, people, engine }, request, now()) : null;
      return this.#standing(await store.request({ ...request, oral }));
    });
  }

  approve(authority: string, decision: AuthorityApproval, caller: Caller): Promise<StandingAuthority> {
    const { now, store } = this.#parts;
    const { exceptional = null, reason } = decision;
    return this.#do("approve", authority, { reason, decision: "approved", exceptional }, caller, (known) => {
      requireCriterion(exceptional, this.#engine.pack);
      const until = requireEnd(decision.until ?? known.until, known.from, now(), this.#engine.pack);
      const { rank } = caller.standing;
      return (_, change) => store.approve(known.id, { rank, exceptional, until }, change);
    });
  }

  refuse(authority: string, reason: string, caller: Caller): Promise<StandingAuthority> {
    const { rank } = caller.standing;
    return this.#do(
      "refuse",
      authority,
      { reason, decision: "refused" },
      caller,
      () => (known, change) => this.#parts.store.refuse(known.id, rank, change),
    );
  }

  withdraw(authority: string, reason: string, caller: Caller): Promise<StandingAuthority> {
    return this.#do(
      "withdraw",
      authority,
      { reason, decision: "withdrawn" },
      caller,
      () => (known, change) => this.#parts.store.withdraw(known.id, change),
    );
  }

  extend(
    authority: string,
    { until, reason }: { readonly until: number; readonly reason: string },
    caller: Caller,
  ): Promise<StandingAuthority> {
    const { now, store } = this.#parts;
    const subject = { reason, decision: "extended", to: new Date(until).toISOString() };
    return this.#do("extend", authority, subject, caller, (known) => {
      requireLater(until, known.until);
      requireEnd(until, now(), now(), this.#engine.pack);
      return (_, change) => store.extend(known.id, { seen: known.until, to: until }, change);
    });
  }

  confirm(authority: string, reason: string, caller: Caller): Promise<StandingAuthority> {
    const { now, store } = this.#parts;
    return this.#do("confirm", authority, { reason, decision: "confirmed" }, caller, (known) => {
      if (this.#isPastConfirming(known, now()))
        throw new Problem(
          "CONFLICT",
          `The time for confirming ${known.reference} in writing has passed. Request a new authority.`,
        );
      return (_, change) => store.confirm(known.id, change);
    });
  }

  get #engine(): PolicyEngine {
    return this.#parts.policy.engine;
  }

  /**
   * Does one act: whether the authority is there and how it stands, what was sent, and what the law says, each under the entry
   * that says who set out to do it.
   * @param prepare checks what was sent against the authority, and answers the change to make
   */
  async #do(
    act: AuthorityAct,
    authority: string,
    decided: Pick<Decided, "decision" | "exceptional" | "to"> & { readonly reason: string },
    caller: Caller,
    prepare: (known: AuthorityRecord) => Change,
  ): Promise<StandingAuthority> {
    const { audited, now, store } = this.#parts;
    const found = await store.record(authority, seenBy(caller));
    const subject = { ...(found === undefined ? { authority } : subjectOf(found)), ...decided };
    const work = async (entry: UnderWay<Decided>): Promise<StandingAuthority> => {
      const known = there(authority, found);
      requireNow(act, known, now());
      const change = prepare(known);
      const { exceptional } = decided;
      const approval = mayAct(act, known, caller, this.#engine, {
        now: now(),
        ...(exceptional === undefined ? {} : { exceptional }),
      });
      entry.add({ rules: approval.rules });
      if (!approval.allowed) throw notAuthorised("It was not done. Needed:", approval);
      const changed = await change(known, { by: caller.person, at: now(), note: decided.reason });
      if (changed === undefined) throw overtaken(act, known.reference);
      return this.#standing(changed);
    };
    return audited.do(caller.actor, ACTS[act], subject, work);
  }

  #standing(authority: AuthorityRecord): StandingAuthority {
    const { oralConfirmHours } = this.#engine.pack.access;
    return standingOf(authority, { now: this.#parts.now(), oralConfirmHours });
  }

  /** Whether the time is over in which one given orally could be confirmed. @param now epoch ms */
  #isPastConfirming(authority: AuthorityRecord, now: number): boolean {
    const { confirmBy } = this.#standing(authority);
    return confirmBy !== null && now >= confirmBy;
  }

  async #check(asked: AskedAuthority, caller: Caller): Promise<NewAuthorityRequest> {
    const { nrds, now, store } = this.#parts;
    const organisation = caller.organisation.id;
    const seen = nrds.seenBy(caller);
    const usernames = [...(asked.holders ?? []), ...(asked.oral === undefined ? [] : [asked.oral.by])];
    const colleagues =
      usernames.length === 0
        ? []
        : await store.colleagues(
            organisation,
            usernames.map((username) => username.trim().toLowerCase()),
          );
    return checkRequest(asked, {
      caller: { person: caller.person, organisation },
      numbers: this.#engine.pack,
      colleagues,
      knowsNrd: (id) => seen.byId(id) !== undefined,
      now: now(),
    });
  }

  #whyNot(act: AuthorityAct, authority: AuthorityRecord, caller: Caller): string | null {
    const now = this.#parts.now();
    const state = whyNotNow(act, authority, now);
    if (state !== null) return state;
    if (act === "confirm" && this.#isPastConfirming(authority, now))
      return "The time for confirming it in writing has passed.";
    // Whether an exceptional criterion is named is only known once the form is sent.
    const [criterion] = this.#engine.pack.access.exceptionalCriteria;
    const exceptional = act === "approve" && criterion !== undefined ? { exceptional: criterion.name } : {};
    const approval = mayAct(act, authority, caller, this.#engine, { now, ...exceptional });
    return approval.allowed ? null : `Needed: ${approval.needed.join(" ")}`;
  }
}

/** How the log has what is done to an authority. */
const ACTS: Readonly<Record<AuthorityAct, Act<string, Decided>>> = {
  approve: authorityActs.decide,
  refuse: authorityActs.decide,
  withdraw: authorityActs.withdraw,
  extend: authorityActs.extend,
  confirm: authorityActs.confirm,
};

/** @throws Problem NOT_FOUND */
function there(authority: string, known: AuthorityRecord | undefined): AuthorityRecord {
  if (known !== undefined) return known;
  throw new Problem("NOT_FOUND", `There is no authority ${authority} that you can see.`);
}
