/** The results of tasks in order, while the next few are under way. An error ends it; what was begun is waited for. */
export async function* readAhead<Result>(
  count: number,
  ahead: number,
  task: (at: number) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  try {
    for (let next = 0, given = 0; given < count; given += 1) {
      while (next < count && next < given + ahead) {
        const promise = task(next);
        // Nobody may be waiting for it yet when it fails; the error is thrown when its turn comes.
        promise.catch(() => undefined);
        begun.push(promise);
        next += 1;
      }
      yield await (begun.shift() as Promise<Result>);
    }
  } finally {
    await Promise.allSettled(begun);
  }
}
