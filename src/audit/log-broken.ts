/** The log contradicts what was signed: publishing over it would fork it, so nobody may, ever again. */
export class LogBroken extends Error {
  override readonly name = "LogBroken";
}
