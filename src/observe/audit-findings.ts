import { CLOCK_BACK_MS, type LogCondition } from "../audit/log-condition.ts";
import type { Finding } from "./finding.ts";

const WITNESS =
  "Ask whoever runs the witness. The log continues without it, but then nobody else vouches for it.";

/** What the doctor says of the audit log: whether it can be written, whether the clock was moved, and each witness. */
export function auditFindings(log: LogCondition): readonly Finding[] {
  const size = `${log.entries} entries, ${log.waiting} waiting for a checkpoint`;
  const writable: Finding =
    log.trouble === undefined
      ? { name: "audit log", state: "well", finding: size, advice: "" }
      : {
          name: "audit log",
          state: "critical",
          finding: `${log.trouble} ${size}`,
          advice: "NOTHING IS ANSWERED while the log cannot be written. The service's log has the cause.",
        };
  const clock: Finding =
    log.clockBehindMs <= CLOCK_BACK_MS
      ? { name: "audit clock", state: "well", finding: "in step with the newest entry", advice: "" }
      : {
          name: "audit clock",
          state: "critical",
          finding: `${Math.round(log.clockBehindMs / 1000)} s behind the newest entry of the log`,
          advice: "The clock was moved back, or one process's clock is ahead. Synchronise it by NTP.",
        };
  const faulty: readonly Finding[] =
    log.faulty.length === 0
      ? []
      : [
          {
            name: "audit entries",
            state: "critical",
            finding: `not what was logged: ${log.faulty.join(", ")}`,
            advice:
              "SOMEBODY HAS CHANGED THEM IN THE DATABASE. Keep the database as it is and compare it with a backup.",
          },
        ];
  const witnesses = log.witnesses.map(({ name, size: cosigned, refused }): Finding =>
    refused === undefined
      ? { name: `witness ${name}`, state: "well", finding: `has cosigned ${cosigned} entries`, advice: "" }
      : { name: `witness ${name}`, state: "warning", finding: refused, advice: WITNESS },
  );
  return [writable, clock, ...faulty, ...witnesses];
}
