import { DataRefused } from "../../errors.ts";

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

/** Classes 22 (data that does not fit) and 23 (a constraint that refuses it) of SQLSTATE. */
const ABOUT_THE_DATA = /^2[23]/;

/** Runs one statement or transaction; what the database refused for its data, and so undid, is thrown as DataRefused. */
export async function tellRefusals<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError && ABOUT_THE_DATA.test(error.code))) throw error;
    throw new DataRefused("The governed store cannot hold a value.", { cause: error });
  }
}
