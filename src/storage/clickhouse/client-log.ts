import { ClickHouseError, type ErrorLogParams, type Logger, type WarnLogParams } from "@clickhouse/client";

/** What of our log the client of a ClickHouse server needs. */
export interface ClientLog {
  warn(members: object, message: string): void;
  error(members: object, message: string): void;
}

/** For those who only look at what the client answers: tests and measurements. */
export const noClientLog: ClientLog = { warn() {}, error() {} };

/**
 * The client's own lines as lines of our log. Of what a server said only its code is kept: its messages quote rows and
 * statements, and so VRMs (SEC-7).
 */
export function clientLogger(log: ClientLog): new () => Logger {
  return class implements Logger {
    trace(): void {}
    debug(): void {}
    info(): void {}
    warn(line: WarnLogParams): void {
      log.warn(membersOf(line), line.message);
    }
    error(line: ErrorLogParams): void {
      log.error(membersOf(line), line.message);
    }
  };
}

const membersOf = ({ args, err }: WarnLogParams): object => ({
  event: "archive-client",
  query: args?.["query_id"],
  ...(err instanceof ClickHouseError ? { code: err.code, type: err.type } : { cause: err?.message }),
});
