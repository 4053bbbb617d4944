import type { WholeApp } from "../app/whole-app.ts";

export interface StreamedHit {
  readonly id: string;
  readonly readId: string;
  readonly vrm: string;
  readonly images: readonly string[];
}

/** A client of the hit stream that keeps what it was told. */
export class HitListener {
  readonly hits: StreamedHit[] = [];
  /** What it was told again. */
  readonly states: StreamedHit[] = [];
  readonly #abort = new AbortController();

  /** @param after id of the hit after which it is taken up again; from now on where there is none */
  static async open(whole: WholeApp, username = "operator", after?: string): Promise<HitListener> {
    const listener = new HitListener();
    const reply = await whole.fetch(`/v1/hits/stream${after === undefined ? "" : `?after=${after}`}`, {
      headers: { authorization: `Bearer ${await whole.session(username)}` },
      signal: listener.#abort.signal,
    });
    if (reply.status !== 200 || reply.body === null)
      throw new Error(`The hit stream answered ${reply.status}.`);
    void listener.#listen(reply.body).catch(() => {});
    return listener;
  }

  of(readId: string | undefined): readonly StreamedHit[] {
    return this.hits.filter((hit) => hit.readId === readId);
  }

  close(): void {
    this.#abort.abort();
  }

  async #listen(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (/^event: hit$/m.test(block) && data !== undefined)
          this.hits.push(JSON.parse(data) as StreamedHit);
        if (/^event: hit-state$/m.test(block) && data !== undefined)
          this.states.push(JSON.parse(data) as StreamedHit);
      }
    }
  }
}
