/** What is open, to be closed in the reverse order of opening. */
export class Closing {
  readonly #steps: (() => Promise<unknown>)[] = [];

  /** Adds what was just opened. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Closes everything. @throws whatever a step throws; what is still open then stays so */
  async all(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }

  /** Closes what can be closed, whatever fails. @throws AggregateError of all that could not be */
  async whatCan(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) await step().catch((error) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, "Not everything could be closed");
  }
}
