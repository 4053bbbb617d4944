import http from "node:http";
import { randomVrm, ReadBatch, type BenchNrd } from "./bodies.ts";
import { post, type Target } from "./load.ts";

/** A message that a sender holds until it is answered. */
interface Message {
  readonly body: Buffer;
  readonly listed: readonly boolean[];
}

/** A read that the service has acknowledged, and whether its VRM is on a list. */
export interface AcknowledgedRead {
  readonly readId: string;
  readonly listed: boolean;
}

const READS_A_MESSAGE = 50;
const LISTED_SHARE = 0.02;

/** A sender as cameras are: keeps what has no answer and sends it again, also after the service was killed. */
export class PatientSender {
  readonly acknowledged: AcknowledgedRead[] = [];
  repeated = 0;
  readonly #nrds: readonly BenchNrd[];
  readonly #listed: readonly string[];
  readonly #isListed: ReadonlySet<string>;
  readonly #random: () => number;
  #unanswered: Message[] = [];

  constructor(nrds: readonly BenchNrd[], listed: readonly string[], random: () => number) {
    this.#nrds = nrds;
    this.#listed = listed;
    this.#isListed = new Set(listed);
    this.#random = random;
  }

  /** Sends over some connections until the service is gone or `enough` says so; first what is still unanswered. */
  async send(target: Target, connections: number, enough: () => boolean): Promise<void> {
    const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
    const waiting = this.#unanswered;
    this.#unanswered = [];
    const connection = async (): Promise<void> => {
      for (;;) {
        const again = waiting.shift();
        if (again) this.repeated++;
        else if (enough()) return;
        const message = again ?? this.#message();
        try {
          const { status, reply } = await post(agent, target, message.body);
          if (status !== 200) throw new Error(`answered ${status}`);
          this.#note(message, reply);
        } catch {
          this.#unanswered.push(message);
          if (enough()) return;
        }
      }
    };
    await Promise.all(Array.from({ length: connections }, connection));
    this.#unanswered.push(...waiting);
    agent.destroy();
  }

  #message(): Message {
    const marks = Array.from({ length: READS_A_MESSAGE }, () =>
      this.#random() < LISTED_SHARE
        ? (this.#listed[Math.floor(this.#random() * this.#listed.length)] as string)
        : randomVrm(this.#random),
    );
    const body = new ReadBatch(this.#nrds, marks, this.#random).stamp(Date.now(), READS_A_MESSAGE);
    return { body, listed: marks.map((vrm) => this.#isListed.has(vrm)) };
  }

  #note({ listed }: Message, reply: Buffer): void {
    const { results } = JSON.parse(reply.toString()) as { results: { verdict: string; readId?: string }[] };
    results.forEach(({ verdict, readId }, index) => {
      if (readId === undefined) throw new Error(`A read was ${verdict}.`);
      this.acknowledged.push({ readId, listed: listed[index] as boolean });
    });
  }
}
