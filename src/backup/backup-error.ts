/** What can keep a backup or a restore from being done. Codes are for life: never reused, never renamed. */
export type BackupCode =
  | "BACKUP_EXISTS"
  | "BACKUP_IN_USE"
  | "BACKUP_DAMAGED"
  | "BACKUP_UNKNOWN"
  | "BACKUP_KEY_MISSING"
  | "BACKUP_KEY_WRONG"
  | "RESTORE_NOT_EMPTY"
  | "RESTORE_CLOCK"
  | "RESTORE_UNFINISHED";

/** A backup or a restore that is not done; the message begins with the code, says what is wrong and what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError";
  readonly code: BackupCode;

  constructor(code: BackupCode, what: string, cause?: unknown) {
    super(`${code}: ${what}`, { cause });
    this.code = code;
  }
}
