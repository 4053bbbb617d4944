/**
 * Takes the first piece of a flow before anybody is answered, so that what is refused at its beginning is thrown here and not
 * in the middle of an answer. Out: the whole flow, from that piece on.
 */
export async function begun<Item>(
  flow: AsyncGenerator<Item, void, undefined>,
): Promise<AsyncGenerator<Item, void, undefined>> {
  const first = await flow.next();
  return (async function* () {
    try {
      if (first.done === true) return;
      yield first.value;
      yield* flow;
    } finally {
      await flow.return();
    }
  })();
}
