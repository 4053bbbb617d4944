import type { AuditLog } from "../audit/audit-log.ts";
import { isOverdue, type Finding, type FindingStore } from "./finding.ts";
import { Problem } from "../errors.ts";
import { mayDo, rolesThatMay, type Role } from "../policy/roles.ts";
import type { FindingFilter, FindingPort } from "../api/audit/ports.ts";
import type { FindingInFull, FindingView } from "../api/audit/views.ts";
import { isWithin } from "../policy/scope.ts";
import { auditScope, requireReason } from "./audit-scope.ts";
import { afterId, idNumber, pageByIds } from "../flow/cursor.ts";
import type { Page, PageRequest } from "../flow/page.ts";
import { auditFirst, auditedLook, countPage } from "../audit/audit-first.ts";
import type { Caller } from "../identity/caller.ts";

const DAY_MS = 86_400_000;
type NewFindingAsked = Parameters<FindingPort["open"]>[0];

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
  readonly audit: Pick<AuditLog, "append" | "from">;
  /** Days until a finding is due (policy pack). */
  readonly findingDays: () => number;
  readonly now: () => number;
}

/** Findings as auditors follow them up (AUD-3). Whom a finding is about neither owns nor settles it. */
export class Findings implements FindingPort {
  readonly #parts: FindingsParts;

  constructor(parts: FindingsParts) {
    this.#parts = parts;
  }

  async list(filter: FindingFilter, page: PageRequest, caller: Caller): Promise<Page<FindingView>> {
    requireReason(caller, filter.reason);
    const before = afterId(page.cursor, "bigint");
    const now = this.#parts.now();
    const { reason, ...findings } = filter;
    const look = async (): Promise<Page<FindingView>> => {
      const rows = await this.#parts.store.list({
        ...auditScope(caller),
        limit: page.limit + 1,
        ...(filter.state === undefined ? {} : { state: filter.state }),
        ...(filter.overdue === true ? { overdueAt: new Date(now) } : {}),
        ...(before === undefined ? {} : { before }),
      });
      return pageByIds(rows, page.limit, (finding) => present(finding, now));
    };
    return auditedLook(this.#parts.audit, caller, "audit.search", { findings, reason }, look, countPage);
  }

  async find(id: string, reason: string | undefined, caller: Caller): Promise<FindingInFull> {
    requireReason(caller, reason);
    return auditedLook(this.#parts.audit, caller, "audit.entry", { finding: id, reason }, async () =>
      this.#inFull(await this.#visible(id, caller), caller),
    );
  }

  async open(asked: NewFindingAsked, caller: Caller): Promise<FindingInFull> {
    const { title, note } = asked;
    // Whether the entry is of one's remit only the entry tells: the log has the look before it is made.
    return auditedLook(
      this.#parts.audit,
      caller,
      "finding.open",
      { entry: asked.entry, title, note },
      () => this.#open(asked, caller),
      ({ about }) => ({ count: 1, about }),
    );
  }

  async #open({ entry: given, title, note }: NewFindingAsked, caller: Caller): Promise<FindingInFull> {
    const { audit, store, now, findingDays } = this.#parts;
    const index = /^\d{1,15}$/.test(given) ? Number(given) : -1;
    const [entry] = index < 0 ? [] : await audit.from(index, 1);
    if (
      entry?.index !== index ||
      entry.organisation === null ||
      !isWithin(auditScope(caller), entry.organisation)
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
    const { person } = caller;
    const id = await store.open({
      organisation: entry.organisation,
      title,
      note,
      owner: person,
      openedBy: person,
      openedAt: new Date(now()),
      dueAt: new Date(now() + findingDays() * DAY_MS),
      entry: index,
      about: entry.actor,
    });
    return this.#inFull((await store.find(id)) as Finding, caller);
  }

  async change(id: string, to: Parameters<FindingPort["change"]>[1], caller: Caller): Promise<void> {
    const finding = await this.#visible(id, caller);
    if (!mayChange(finding, caller))
      throw new Problem("NOT_AUTHORISED", "You cannot update this finding.", {
        extra: {
          rules: ["finding-owner-or-auditor"],
          needed: ["To be its owner or an auditor, and not the person it is about."],
        },
      });
    const owner = to.owner === undefined ? finding.owner : await this.#owner(finding, to.owner);
    const { audit, store, now } = this.#parts;
    const { seen, state, note } = to;
    const subject = { finding: finding.id, was: seen, state, note, owner: owner.username };
    await auditFirst(audit, caller, "finding.change", subject);
    const changed = { state, note, owner: owner.id, dueAt: finding.dueAt };
    if (!(await store.change(finding.id, seen, changed, caller.person, new Date(now()))))
      throw new Problem("CONFLICT", "Someone else has changed this finding. Check it again.");
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
    return {
      ...present(finding, this.#parts.now()),
      history: history.map((event) => ({ ...event, at: event.at.toISOString() })),
      mayChange: mayChange(finding, asker),
      owners: owners.map(({ username, fullName }) => ({ username, fullName })),
    };
  }
}

const mayChange = ({ owner, about }: Finding, { person, username, roles }: Caller): boolean =>
  username !== about && (owner.id === person || mayDo(roles, "audit.review"));

const present = (finding: Finding, now: number): FindingView => ({
  id: String(finding.id),
  organisation: finding.organisation,
  title: finding.title,
  state: finding.state,
  overdue: isOverdue(finding, now),
  owner: { username: finding.owner.username, fullName: finding.owner.fullName },
  about: finding.about,
  entry: finding.entry === null ? null : String(finding.entry),
  item: finding.item === null ? null : String(finding.item),
  opened: { by: finding.openedBy, at: finding.openedAt.toISOString() },
  due: finding.dueAt.toISOString(),
  closed: finding.closedAt === null ? null : finding.closedAt.toISOString(),
});
