import type { AuditAction } from "../audit/vocabulary.ts";
import { AUTHORITY_ACTS, overtaken, requireNow, whyNotNow, type AuthorityAct } from "./authority-life.ts";
import type { AuthorityLifeStore } from "./authority-life-store.ts";
import type { AuthorityRecord, NewAuthorityRequest } from "./authority-record.ts";
import { checkRequest, type AskedAuthority } from "./check-request.ts";
import { mayAct, sayWhoApproves } from "./may-act.ts";
import { Problem } from "../errors.ts";
import type { PersonStore } from "../identity/person.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import type {
  AuthorityInFull,
  AuthorityPort,
  AuthorityPreview,
  AuthorityQuery,
  AuthorityView,
} from "../api/authorities/port.ts";
import type { Rooms } from "../api/ports.ts";
import { timeText } from "../api/schemas.ts";
import { enquiryCursor, enquiryPlaceOf, listCursor, listPlaceOf } from "./authority-cursor.ts";
import { seenBy, requestFacts, requestSubject, subjectOf } from "./authority-terms.ts";
import { judgeOral, notAuthorised, type OralRequest } from "./oral-authority.ts";
import { presentAuthority, presentEnquiry, presentEvent, presentScope } from "../api/authorities/present.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import { auditFirst, auditedLook, auditOutcome, countPage } from "../audit/audit-first.ts";
import type { Caller } from "../identity/caller.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const ACTIONS = {
  approve: "authority.decide",
  refuse: "authority.decide",
  withdraw: "authority.withdraw",
  extend: "authority.extend",
  confirm: "authority.confirm",
} as const satisfies Record<AuthorityAct, AuditAction>;

export interface AuthoritiesParts {
  readonly store: AuthorityLifeStore;
  /** The policy in force, asked for at every decision. */
  readonly policy: { readonly engine: PolicyEngine };
  readonly audit: Rooms["audit"];
  readonly people: Pick<PersonStore, "byId">;
  readonly nrds: { byId(id: number): unknown };
  /** Epoch ms. */
  readonly now: () => number;
}

/** Authorities as people ask for, decide on and look at them: each act is judged, logged, and only then done (INV-2, AUD-1). */
export class Authorities implements AuthorityPort {
  readonly #parts: AuthoritiesParts;

  constructor(parts: AuthoritiesParts) {
    this.#parts = parts;
  }

  async list(query: AuthorityQuery, page: PageRequest, caller: Caller): Promise<Page<AuthorityView>> {
    const asker = caller;
    const after = listPlaceOf(page.cursor);
    const look = async (): Promise<Page<AuthorityView>> => {
      const found = await this.#parts.store.list({
        seen: seenBy(asker),
        waitingFirst: this.#engine.mayDo(asker.roles, "authority.decide"),
        now: this.#parts.now(),
        limit: page.limit + 1,
        ...(query.state === undefined ? {} : { state: query.state }),
        ...(query.mine === true ? { askedBy: asker.person } : {}),
        ...(after === undefined ? {} : { after }),
      });
      const kept = found.slice(0, page.limit);
      const last = kept.at(-1);
      return {
        items: kept.map(({ authority }) => this.#present(authority)),
        next: found.length > page.limit && last !== undefined ? listCursor(last.place) : null,
      };
    };
    const subject = { list: "authorities", ...query };
    return auditedLook(this.#parts.audit, caller, "authority.open", subject, look, countPage);
  }

  async open(authority: string, page: PageRequest, caller: Caller): Promise<AuthorityInFull> {
    const after = enquiryPlaceOf(page.cursor);
    const { shown } = await auditedLook(
      this.#parts.audit,
      caller,
      "authority.open",
      { authority },
      async () => {
        const known = await this.#parts.store.record(authority, seenBy(caller));
        if (known === undefined) throw noAuthority(authority);
        return { known, shown: await this.#inFull(known, { limit: page.limit, after }, caller) };
      },
      ({ known }) => ({ ...subjectOf(known), count: 1 }),
    );
    return shown;
  }

  async preview(asked: AskedAuthority, asker: Caller): Promise<AuthorityPreview> {
    const request = await this.#check(asked, asker);
    const { reference, purpose, level, reason, from, until, scope } = request;
    return {
      reference,
      purpose,
      level,
      reason,
      from: timeText(from),
      until: timeText(until),
      scope: presentScope(scope),
      approver: sayWhoApproves(requestFacts(request), asker, this.#engine, {
        now: this.#parts.now(),
        access: this.#engine.pack.access,
      }),
    };
  }

  async request(asked: AskedAuthority, caller: Caller): Promise<AuthorityView> {
    const request = await this.#check(asked, caller);
    await this.#judgeRequest(request, caller);
    const oral = isOral(request)
      ? await judgeOral({ ...this.#parts, engine: this.#engine }, request, caller, this.#parts.now())
      : null;
    await auditFirst(this.#parts.audit, caller, "authority.add", {
      ...requestSubject(request),
      ...(asked.oral === undefined ? {} : { oral: asked.oral.by }),
    });
    return this.#present(await this.#parts.store.request({ ...request, oral }));
  }

  async approve(
    authority: string,
    decision: Parameters<AuthorityPort["approve"]>[1],
    caller: Caller,
  ): Promise<AuthorityView> {
    const known = await this.#find(authority, caller);
    const { reason } = decision;
    requireNow("approve", known, this.#parts.now());
    const exceptional = this.#criterion(decision.exceptional);
    const until = this.#end(decision.until ?? known.until, known, this.#parts.now());
    await this.#judge("approve", known, caller, { reason, decision: "approved", exceptional });
    const { rank } = caller.standing;
    return this.#done(
      "approve",
      known,
      caller,
      await this.#parts.store.approve(known.id, { rank, exceptional, until }, this.#change(caller, reason)),
    );
  }

  async refuse(authority: string, reason: string, caller: Caller): Promise<AuthorityView> {
    const known = await this.#find(authority, caller);
    requireNow("refuse", known, this.#parts.now());
    await this.#judge("refuse", known, caller, { reason, decision: "refused" });
    const { rank } = caller.standing;
    return this.#done(
      "refuse",
      known,
      caller,
      await this.#parts.store.refuse(known.id, rank, this.#change(caller, reason)),
    );
  }

  async withdraw(authority: string, reason: string, caller: Caller): Promise<AuthorityView> {
    const known = await this.#find(authority, caller);
    requireNow("withdraw", known, this.#parts.now());
    await this.#judge("withdraw", known, caller, { reason, decision: "withdrawn" });
    return this.#done(
      "withdraw",
      known,
      caller,
      await this.#parts.store.withdraw(known.id, this.#change(caller, reason)),
    );
  }

  async extend(
    authority: string,
    { until, reason }: { readonly until: number; readonly reason: string },
    caller: Caller,
  ): Promise<AuthorityView> {
    const known = await this.#find(authority, caller);
    const now = this.#parts.now();
    requireNow("extend", known, now);
    if (until <= known.until) throw wrongEnd("The new end must be later than the current one.");
    this.#end(until, { ...known, from: now }, now);
    await this.#judge("extend", known, caller, { reason, decision: "extended", to: timeText(until) });
    return this.#done(
      "extend",
      known,
      caller,
      await this.#parts.store.extend(
        known.id,
        { seen: known.until, to: until },
        this.#change(caller, reason),
      ),
    );
  }

  async confirm(authority: string, reason: string, caller: Caller): Promise<AuthorityView> {
    const known = await this.#find(authority, caller);
    requireNow("confirm", known, this.#parts.now());
    if (this.#parts.now() >= this.#confirmBy(known))
      throw new Problem(
        "CONFLICT",
        `The time for confirming ${known.reference} in writing has passed. Request a new authority.`,
      );
    await this.#judge("confirm", known, caller, { reason, decision: "confirmed" });
    return this.#done(
      "confirm",
      known,
      caller,
      await this.#parts.store.confirm(known.id, this.#change(caller, reason)),
    );
  }

  get #engine(): PolicyEngine {
    return this.#parts.policy.engine;
  }

  #present(authority: AuthorityRecord): AuthorityView {
    const { oralConfirmHours } = this.#engine.pack.access;
    return presentAuthority(authority, { oralConfirmHours, now: this.#parts.now() });
  }

  /** Until when one given orally can be confirmed, epoch ms. */
  #confirmBy({ decided }: AuthorityRecord): number {
    return (decided?.at ?? 0) + this.#engine.pack.access.oralConfirmHours * HOUR_MS;
  }

  async #find(authority: string, asker: Caller): Promise<AuthorityRecord> {
    const known = await this.#parts.store.record(authority, seenBy(asker));
    if (known === undefined) throw noAuthority(authority);
    return known;
  }

  async #check(asked: AskedAuthority, asker: Caller): Promise<NewAuthorityRequest> {
    const usernames = [...(asked.holders ?? []), ...(asked.oral === undefined ? [] : [asked.oral.by])];
    const colleagues =
      usernames.length === 0
        ? []
        : await this.#parts.store.colleagues(
            asker.organisation.id,
            usernames.map((username) => username.trim().toLowerCase()),
          );
    return checkRequest(asked, {
      asker: { person: asker.person, organisation: asker.organisation.id },
      numbers: this.#engine.pack,
      colleagues,
      knowsNrd: (id) => this.#parts.nrds.byId(id) !== undefined,
      now: this.#parts.now(),
    });
  }

  /** Who may ask for what is the policy's to say. @throws Problem NOT_AUTHORISED */
  async #judgeRequest(request: NewAuthorityRequest, caller: Caller): Promise<void> {
    const facts = requestFacts(request);
    const approval = this.#engine.decideRequest(caller, facts, this.#parts.now());
    if (approval.allowed) return;
    const subject = { ...requestSubject(request), rules: approval.rules };
    await this.#audit(caller, "authority.add", "refused", subject);
    throw notAuthorised("It was not done. Needed:", approval);
  }

  /** Judges an act and writes it down, allowed or refused, before it is done. @throws Problem NOT_AUTHORISED */
  async #judge(
    act: AuthorityAct,
    authority: AuthorityRecord,
    caller: Caller,
    more: { readonly exceptional?: string | null } & Record<string, unknown>,
  ): Promise<void> {
    const exceptional = more.exceptional === undefined ? {} : { exceptional: more.exceptional };
    const approval = mayAct(act, authority, caller, this.#engine, {
      now: this.#parts.now(),
      ...exceptional,
    });
    const subject = { ...subjectOf(authority), ...more, rules: approval.rules };
    if (approval.allowed) return auditFirst(this.#parts.audit, caller, ACTIONS[act], subject);
    await this.#audit(caller, ACTIONS[act], "refused", subject);
    throw notAuthorised("It was not done. Needed:", approval);
  }

  async #done(
    act: AuthorityAct,
    authority: AuthorityRecord,
    caller: Caller,
    changed: AuthorityRecord | undefined,
  ): Promise<AuthorityView> {
    if (changed !== undefined) return this.#present(changed);
    await this.#audit(caller, ACTIONS[act], "failed", subjectOf(authority));
    throw overtaken(act, authority.reference);
  }

  async #inFull(
    known: AuthorityRecord,
    { limit, after }: { limit: number; after: ReturnType<typeof enquiryPlaceOf> },
    asker: Caller,
  ): Promise<AuthorityInFull> {
    const [history, enquiries] = await Promise.all([
      this.#parts.store.history(known.id),
      this.#parts.store.enquiriesUnder(known, {
        limit: limit + 1,
        ...(after === undefined ? {} : { after }),
      }),
    ]);
    const kept = enquiries.slice(0, limit);
    const last = kept.at(-1);
    return {
      ...this.#present(known),
      history: history.map(presentEvent),
      enquiries: {
        items: kept.map(presentEnquiry),
        next: enquiries.length > limit && last !== undefined ? enquiryCursor(last) : null,
      },
      acts: AUTHORITY_ACTS.map((one) => ({ act: one, whyNot: this.#whyNot(one, known, asker) })),
    };
  }

  #whyNot(act: AuthorityAct, authority: AuthorityRecord, asker: Caller): string | null {
    const now = this.#parts.now();
    const state = whyNotNow(act, authority, now);
    if (state !== null) return state;
    if (act === "confirm" && now >= this.#confirmBy(authority))
      return "The time for confirming it in writing has passed.";
    // Whether an exceptional criterion is named is only known once the form is sent.
    const [criterion] = this.#engine.pack.access.exceptionalCriteria;
    const exceptional = act === "approve" && criterion !== undefined ? { exceptional: criterion.name } : {};
    const approval = mayAct(act, authority, asker, this.#engine, { now, ...exceptional });
    return approval.allowed ? null : `Needed: ${approval.needed.join(" ")}`;
  }

  /** One of the pack's exceptional criteria, or none. @throws Problem INPUT_INVALID */
  #criterion(named: string | undefined): string | null {
    const known = this.#engine.pack.access.exceptionalCriteria.map(({ name }) => name);
    if (named === undefined || known.includes(named)) return named ?? null;
    throw wrong("exceptional", "CRITERION_UNKNOWN", `Select one of ${known.join(", ")}, or leave it out.`);
  }

  /** An end that the pack allows. @throws Problem INPUT_INVALID */
  #end(until: number, { from }: Pick<AuthorityRecord, "from">, now: number): number {
    const { authorityDays } = this.#engine.pack.access;
    if (until <= now) throw wrongEnd("Its end has passed. Enter a later one.");
    if (until <= from) throw wrongEnd("It would end before it starts. Enter a later end.");
    if (until > Math.max(from, now) + authorityDays * DAY_MS)
      throw wrongEnd(`An authority is valid for at most ${authorityDays} days. Enter an earlier end.`);
    return until;
  }

  #change(caller: Caller, note: string): { by: number; at: number; note: string } {
    return { by: caller.person, at: this.#parts.now(), note };
  }

  async #audit(
    caller: Caller,
    action: AuditAction,
    outcome: "refused" | "failed",
    subject: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await auditOutcome(this.#parts.audit, caller, action, outcome, subject);
  }
}

const isOral = (request: NewAuthorityRequest): request is OralRequest => request.oral !== null;

const noAuthority = (authority: string): Problem =>
  new Problem("NOT_FOUND", `There is no authority ${authority} that you can see.`);

const wrong = (path: string, code: string, message: string): Problem =>
  new Problem("INPUT_INVALID", "Correct what is named in `errors` and send it again.", {
    errors: [{ path, code, message }],
  });

const wrongEnd = (message: string): Problem => wrong("until", "VALIDITY_INVALID", message);
