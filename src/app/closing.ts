/** What is open, to be closed in the reverse order of opening. */
export class Closing {
  readonly #steps: (() => Promise<unknown>)[] = [];

  /** Adds what was just opened. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Closes each of them, whatever fails. @throws what failed, as an AggregateError where it is more than one */
  async all(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse())
      await step().catch((error: unknown) => failures.push(error));
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, "Not everything could be closed");
  }
}
