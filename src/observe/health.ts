/** One thing that must answer before the service may take work. */
export interface HealthCheck {
  /** For example `archive`. */
  readonly name: string;
  /** Resolves when all is well; throws with a sentence that says what is wrong. */
  readonly check: () => Promise<void>;
}

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** Empty when well. */
  readonly detail: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly state: "starting" | "up" | "stopping";
  readonly checks: readonly CheckResult[];
}

/**
 * Whether this process can do its work. Starts as `starting`; the composition root says when it is up and when it stops.
 * Answers are shared for `freshMs`, so that a crowd of probes costs the stores one question.
 */
export class Health {
  #state: Readiness["state"] = "starting";
  #last: { at: number; readiness: Promise<Readiness> } | null = null;
  readonly #checks: readonly HealthCheck[];
  readonly #timeoutMs: number;
  readonly #freshMs: number;
  readonly #now: () => number;
  readonly #changed: (readiness: Readiness) => void;
  /** What was answered last, without the sentences: those may count seconds. */
  #said = "";

  /** @param options.changed hears whenever the answer, or what fails, is another than before */
  constructor(
    checks: readonly HealthCheck[],
    options: {
      timeoutMs?: number;
      freshMs?: number;
      now?: () => number;
      changed?: (readiness: Readiness) => void;
    } = {},
  ) {
    this.#checks = checks;
    this.#timeoutMs = options.timeoutMs ?? 2_000;
    this.#freshMs = options.freshMs ?? 1_000;
    this.#now = options.now ?? Date.now;
    this.#changed = options.changed ?? (() => undefined);
  }

  up(): void {
    this.#state = "up";
    this.#last = null;
  }

  stopping(): void {
    this.#state = "stopping";
    this.#last = null;
  }

  /** Asks every check at the same time; a check that does not answer within the time limit has failed. */
  readiness(): Promise<Readiness> {
    const now = this.#now();
    if (this.#last === null || now - this.#last.at >= this.#freshMs) {
      this.#last = { at: now, readiness: this.#ask() };
    }
    return this.#last.readiness;
  }

  async #ask(): Promise<Readiness> {
    const checks = await Promise.all(this.#checks.map((check) => this.#run(check)));
    const ready = this.#state === "up" && checks.every(({ ok }) => ok);
    const readiness = { ready, state: this.#state, checks };
    const said = `${this.#state} ${checks.map(({ ok }) => ok).join()}`;
    if (said !== this.#said) this.#changed(readiness);
    this.#said = said;
    return readiness;
  }

  async #run({ name, check }: HealthCheck): Promise<CheckResult> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        check(),
        new Promise<never>((_resolve, reject) => {
          timer = setTimeout(
            () => reject(new Error(`no answer within ${this.#timeoutMs} ms`)),
            this.#timeoutMs,
          );
        }),
      ]);
      return { name, ok: true, detail: "" };
    } catch (error) {
      return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}
