import { Gauge, type Registry } from "prom-client";
import type { LogCondition } from "../audit/log-condition.ts";

/**
 * The `waywarden_audit_*` family: how the log is, asked when somebody looks. Where the store does not answer, the log counts as
 * not writable and the other figures are not numbers.
 */
export function watchAuditLog(registry: Registry, condition: () => Promise<LogCondition>): void {
  let looking: Promise<LogCondition | undefined> | undefined;
  // All figures of one look share one question to the store.
  const look = (): Promise<LogCondition | undefined> =>
    (looking ??= condition()
      .catch(() => undefined)
      .finally(() => (looking = undefined)));
  const figure = (name: string, help: string, read: (log: LogCondition) => number, unknown = Number.NaN) => {
    // The gauge needs no reference of ours: the registry keeps it.
    const gauge: Gauge = new Gauge({
      name: `waywarden_audit_${name}`,
      help,
      registers: [registry],
      async collect() {
        const log = await look();
        gauge.set(log === undefined ? unknown : read(log));
      },
    });
  };
  figure("writable", "1 while entries can be logged", ({ trouble }) => (trouble === undefined ? 1 : 0), 0);
  figure("entries", "Entries in the audit log", ({ entries }) => entries);
  figure("entries_waiting", "Entries that no checkpoint covers yet", ({ waiting }) => waiting);
  figure(
    "checkpoint_age_seconds",
    "Since the newest checkpoint was signed",
    ({ checkpointAgeMs }) => (checkpointAgeMs ?? Number.NaN) / 1000,
  );
  figure(
    "clock_behind_seconds",
    "How far the clock is behind the newest entry",
    ({ clockBehindMs }) => clockBehindMs / 1000,
  );
  figure(
    "entries_faulty",
    "Entries read since the start that are not what was logged",
    ({ faulty }) => faulty.length,
  );
  figure("witness_failures", "Times that witnesses did not cosign, since the start", ({ witnesses }) =>
    witnesses.reduce((sum, { failures }) => sum + failures, 0),
  );
}
