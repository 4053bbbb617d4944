import { Problem } from "../errors.ts";
import type { AuditLog, NewAuditEntry } from "./audit-log.ts";
import { isOpenMember } from "./leaf.ts";

/** Entries redacted in one step; between two steps the log takes what others write. */
const AT_ONCE = 1_000;

/**
 * Takes personal values out of one entry, having logged first that it will be done, by whom and why (AUD-2). The leaf stays, so
 * the entry still proves its place; what the value was can no longer be shown, nor tested by guessing.
 * @throws Problem NOT_FOUND where there is no such entry, INPUT_INVALID where it has no such personal member
 */
export async function redact(
  log: AuditLog,
  by: Pick<NewAuditEntry, "actor" | "organisation" | "requestId">,
  { index, members, reason }: { index: number; members: readonly string[]; reason: string },
): Promise<void> {
  const [entry] = await log.from(index, 1);
  if (entry?.index !== index) throw new Problem("NOT_FOUND", `The log has no entry ${index}.`);
  const personal = [...Object.keys(entry.subject), "actor", "requestId"].filter(
    (name) => !isOpenMember(name),
  );
  if (members.length === 0 || members.some((member) => !personal.includes(member))) {
    throw new Problem("INPUT_INVALID", `Of entry ${index} these can be redacted: ${personal.join(", ")}.`);
  }
  await log.append({
    ...by,
    action: "audit.redact",
    outcome: "allowed",
    subject: { kind: "members", leaf: index, members, reason },
  });
  // A crash here: the log says that it was allowed; whoever asked sees it undone and asks again.
  await log.redact(index, members);
}

/**
 * Takes the personal values out of every entry made before a moment (epoch ms UTC): the duty behind the pack's years of
 * keeping. Each step is logged before it is done; after a crash the next run takes up where it ended.
 * @returns how many entries were redacted
 */
export async function forgetBefore(log: AuditLog, before: number, atOnce = AT_ONCE): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const range = await log.toForget(before, atOnce);
    if (range === null) return forgotten;
    await log.append({
      actor: "audit-forgetting",
      organisation: null,
      action: "audit.redact",
      outcome: "allowed",
      subject: { kind: "age", ...range },
      requestId: null,
    });
    await log.forget(range);
    forgotten += range.count;
  }
}
