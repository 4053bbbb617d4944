const REMEMBERED = "waywarden-board-sound";
const SHORTEST_PAUSE_MS = 1_500;

/** A quiet tone for new hits, that can be switched off; the choice is remembered in this browser. */
export class QuietTone {
  #context: AudioContext | null = null;
  #on = localStorage.getItem(REMEMBERED) !== "off";
  #lastPlayed = 0;

  get on(): boolean {
    return this.#on;
  }

  toggle(): void {
    this.#on = !this.#on;
    localStorage.setItem(REMEMBERED, this.#on ? "on" : "off");
  }

  /** Browsers allow sound only after somebody touched the page; call this then. */
  allow(): void {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") void this.#context.resume();
  }

  /** Two soft notes for a hit of high priority, one for others; not more often than ears can bear. */
  play(high: boolean): void {
    const context = this.#context;
    if (
      !this.#on ||
      context === null ||
      context.state !== "running" ||
      Date.now() - this.#lastPlayed < SHORTEST_PAUSE_MS
    )
      return;
    this.#lastPlayed = Date.now();
    for (const [at, pitch] of high
      ? ([
          [0, 660],
          [0.18, 880],
        ] as const)
      : ([[0, 520]] as const)) {
      const start = context.currentTime + at;
      const volume = context.createGain();
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.06, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
      volume.connect(context.destination);
      const note = context.createOscillator();
      note.frequency.value = pitch;
      note.connect(volume);
      note.start(start);
      note.stop(start + 0.3);
    }
  }
}
