import { hiddenFrom, isHidden } from "./hidden-suspicions.ts";
import { auditActs } from "../audit/acts/audit.ts";
import { findingActs } from "../audit/acts/finding.ts";
import type { AuditSearch } from "../audit/audit-log.ts";
import type { Audited } from "../audit/audited.ts";
import { Problem } from "../errors.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import type { Caller } from "../identity/caller.ts";
import { mayDo, rolesThatMay, type Role } from "../policy/roles.ts";
import { isWithin } from "../policy/scope.ts";
import { auditScope, requireReason } from "./audit-scope.ts";
import {
  isOverdue,
  type Finding,
  type FindingEvent,
  type FindingState,
  type FindingStore,
} from "./finding.ts";

const DAY_MS = 86_400_000;

export interface FindingFilter {
  /** Why, of those who say so with every look. */
  readonly reason?: string | undefined;
  readonly state?: FindingState | undefined;
  readonly overdue?: boolean | undefined;
}

/** A finding about an entry of the log, outside the month's sample. */
export interface NewFindingAsked {
  /** The entry's number, as it was written. */
  readonly entry: string;
  readonly title: string;
  readonly note: string;
}

export interface FindingChange {
  /** The state that the caller saw; another by now is Problem CONFLICT. */
  readonly seen: FindingState;
  readonly state: FindingState;
  readonly note: string;
  /** Username; absent: as it is. */
  readonly owner?: string | undefined;
}

/** A finding as it stands now. */
export type FindingSeen = Finding & { readonly overdue: boolean };

/** With its way so far, and who may take it further. */
export interface FindingInFull extends FindingSeen {
  readonly history: readonly FindingEvent[];
  readonly mayChange: boolean;
  /** Those it can be given to. */
  readonly owners: readonly PossibleOwner[];
}

/** Somebody a finding can be given to. */
export interface PossibleOwner {
  readonly id: number;
  readonly username: string;
  readonly fullName: string;
}

export interface FindingsParts {
  readonly store: FindingStore;
  /** Active people with one of some roles in an organisation, or of others anywhere. */
  readonly owners: (
    organisation: number,
    roles: { readonly of: readonly Role[]; readonly anywhere: readonly Role[] },
  ) => Promise<readonly PossibleOwner[]>;
  readonly log: Pick<AuditSearch, "from">;
  readonly audited: Audited;
  /** Days until a finding is due (policy pack). */
  readonly findingDays: () => number;
  readonly now: () => number;
}

/** Findings as auditors follow them up (AUD-3). Whom a finding is about neither owns nor settles it. */
export class Findings {
  readonly #parts: FindingsParts;

  constructor(parts: FindingsParts) {
    this.#parts = parts;
  }

  /** Newest first. */
  async list(filter: FindingFilter, page: PageRequest, caller: Caller): Promise<Page<FindingSeen>> {
    requireReason(caller, filter.reason);
    const before = afterId(page.cursor, "bigint");
    const { audited, store, now } = this.#parts;
    const { reason, ...findings } = filter;
    return audited.look(caller.actor, auditActs.search, { findings, reason }, async (entry) => {
      const rows = await store.list({
        ...auditScope(caller),
        limit: page.limit + 1,
        ...(filter.state === undefined ? {} : { state: filter.state }),
        ...(filter.overdue === true ? { overdueAt: new Date(now()) } : {}),
        ...(before === undefined ? {} : { before }),
      });
      const found = pageByIds(rows, page.limit, (finding) => this.#seen(finding));
      entry.add({ count: found.items.length });
      return found;
    });
  }

  async find(finding: string, reason: string | undefined, caller: Caller): Promise<FindingInFull> {
    requireReason(caller, reason);
    return this.#parts.audited.look(caller.actor, auditActs.entry, { finding, reason }, async (entry) => {
      const found = await this.#inFull(await this.#visible(finding, caller), caller);
      entry.add({ count: 1 });
      return found;
    });
  }

  /** Whether the entry is in scope only the entry tells. @throws Problem INPUT_INVALID where it is not, NOT_AUTHORISED about oneself */
  async open(asked: NewFindingAsked, caller: Caller): Promise<FindingInFull> {
    const { audited, store, now, findingDays } = this.#parts;
    const { title, note } = asked;
    const id = await audited.do(caller.actor, findingActs.open, asked, async (opening) => {
      const { organisation, index, actor } = await this.#entryFor(asked.entry, caller);
      opening.add({ about: actor });
      return store.open({
        organisation,
        title,
        note,
        owner: caller.person,
        openedBy: caller.person,
        openedAt: new Date(now()),
        dueAt: new Date(now() + findingDays() * DAY_MS),
        entry: index,
        about: actor,
      });
    });
    return this.#inFull((await store.find(id)) as Finding, caller);
  }

  /** The entry of the log that a finding is to be about. */
  async #entryFor(
    given: string,
    caller: Caller,
  ): Promise<{ readonly organisation: number; readonly index: number; readonly actor: string }> {
    const index = /^\d{1,15}$/.test(given) ? Number(given) : -1;
    const [entry] = index < 0 ? [] : await this.#parts.log.from(index, 1);
    if (
      entry?.index !== index ||
      entry.organisation === null ||
      !isWithin(auditScope(caller), entry.organisation) ||
      isHidden(entry, hiddenFrom(caller))
    )
      throw new Problem("INPUT_INVALID", "A finding must be about a log entry that you can see.", {
        errors: [
          {
            path: "entry",
            code: "no-entry",
            message: "Enter the number of a log entry that you can see.",
          },
        ],
      });
    if (entry.actor === caller.username)
      throw new Problem("NOT_AUTHORISED", "Nobody can audit what they did themselves.", {
        extra: { rules: ["nobody-audits-themselves"], needed: ["Another auditor to open this finding."] },
      });
    return { organisation: entry.organisation, index, actor: entry.actor };
  }

  /** By its owner or an auditor, never by whom it is about. @throws Problem CONFLICT where it is not as it was seen */
  async change(id: string, to: FindingChange, caller: Caller): Promise<void> {
    const { seen, state, note } = to;
    const subject = { finding: id, was: seen, state, note, owner: to.owner };
    await this.#parts.audited.do(caller.actor, findingActs.change, subject, async (entry) => {
      const finding = await this.#visible(id, caller);
      if (!mayChange(finding, caller))
        throw new Problem("NOT_AUTHORISED", "You cannot update this finding.", {
          extra: {
            rules: ["finding-owner-or-auditor"],
            needed: ["To be its owner or an auditor, and not the person it is about."],
          },
        });
      const owner = to.owner === undefined ? finding.owner : await this.#owner(finding, to.owner);
      entry.add({ finding: finding.id, owner: owner.username });
      const { store, now } = this.#parts;
      const changed = { state, note, owner: owner.id, dueAt: finding.dueAt };
      if (!(await store.change(finding.id, seen, changed, caller.person, new Date(now()))))
        throw new Problem("CONFLICT", "Someone else has changed this finding. Check it again.");
    });
  }

  async #owner(finding: Finding, username: string): Promise<PossibleOwner> {
    const owner = (await this.#owners(finding)).find((one) => one.username === username);
    if (owner !== undefined) return owner;
    throw new Problem("INPUT_INVALID", "The finding cannot be given to that person.", {
      errors: [{ path: "owner", code: "owner", message: "Select an auditor or data protection officer." }],
    });
  }

  async #owners({ organisation, about }: Finding): Promise<readonly PossibleOwner[]> {
    const [of, everywhere] = [rolesThatMay("audit.settle"), rolesThatMay("audit.search-everywhere")];
    const people = await this.#parts.owners(organisation.id, {
      of,
      anywhere: of.filter((role) => everywhere.includes(role)),
    });
    return people.filter(({ username }) => username !== about);
  }

  async #visible(id: string, asker: Caller): Promise<Finding> {
    const finding = await this.#parts.store.find(idNumber(id, "bigint"));
    if (finding === undefined || !isWithin(auditScope(asker), finding.organisation.id))
      throw new Problem("NOT_FOUND", "There is no finding with this number that you can see.");
    return finding;
  }

  async #inFull(finding: Finding, asker: Caller): Promise<FindingInFull> {
    const [history, owners] = await Promise.all([
      this.#parts.store.history(finding.id),
      this.#owners(finding),
    ]);
    return { ...this.#seen(finding), history, mayChange: mayChange(finding, asker), owners };
  }

  #seen(finding: Finding): FindingSeen {
    return { ...finding, overdue: isOverdue(finding, this.#parts.now()) };
  }
}

const mayChange = ({ owner, about }: Finding, { person, username, roles }: Caller): boolean =>
  username !== about && (owner.id === person || mayDo(roles, "audit.review"));
