/** What the database refused, with PostgreSQL's own code, the same from both twins. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** SQLSTATE, for example `23505` for a unique violation; empty when the connection itself failed. */
  readonly code: string;
  readonly constraint: string | undefined;

  constructor(message: string, code: string, constraint: string | undefined, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.constraint = constraint;
  }
}

/** True when a row was refused because another holds the same unique values. */
export const isUniqueViolation = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && error.code === "23505";
