import type { HitView } from "../../api/hits/present.ts";
import { cardOf } from "../pages/hits/board/hit-card.ts";
import { paths } from "../paths.ts";
import { sayAge } from "../words/age.ts";
import { startBoardKeys } from "./board-keys.ts";
import { CardList } from "./card-list.ts";
import { HitStream, type Connection } from "./hit-stream.ts";
import { QuietTone } from "./quiet-tone.ts";

const FLUSH_MS = 50;
/** Longer than a hand needs to notice that what it aims at has moved. */
const MOVING_MS = 500;
const COMPARE_EVERY_MS = 20_000;
const ANNOUNCE_EVERY_MS = 4_000;
const CONNECTION_WORDS: Readonly<Record<Connection, string>> = {
  connected: "Connected",
  reconnecting: "Reconnecting; hits may be late",
  lost: "Connection lost; do not rely on this board",
};

const board = document.querySelector<HTMLElement>("[data-board]");
if (board !== null) startBoard(board);

function startBoard(board: HTMLElement): void {
  const part = (name: string): HTMLElement => board.querySelector(`[data-${name}]`) as HTMLElement;
  const limit = Number(board.dataset["limit"]);
  const cards = new CardList(part("cards"), part("blank") as HTMLTemplateElement, limit);
  const tone = new QuietTone();
  const waiting = new Map<string, HitView>();
  /** Hits that are done with, so that a late answer of the server cannot bring them back. */
  const gone = new Set<string>();
  /** Hits that were fetched once: what the board had no room for is not fetched over and over. */
  let fetched = new Set<string>();
  const above = new Set<Element>();
  let unannounced: string[] = [];
  let unannouncedCount = 0;
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let lastAlive = Date.now();
  let state: Connection | null = null;
  /** When cards last moved: a press just after meant the card that was there before. */
  let lastMoved = 0;

  function showCount(): void {
    part("count").textContent = String(cards.size);
    part("empty").hidden = cards.size > 0;
  }

  function showAbove(): void {
    for (const card of above) if (!card.isConnected || isInView(card)) above.delete(card);
    const button = part("new");
    button.hidden = above.size === 0;
    button.textContent = above.size === 1 ? "Show 1 new hit" : `Show ${above.size} new hits`;
  }

  function remove(id: string): void {
    gone.add(id);
    if (gone.size > 5_000) gone.delete(gone.values().next().value as string);
    waiting.delete(id);
    if (cards.remove(id)) showCount();
  }

  function flush(): void {
    flushTimer = undefined;
    let high = false;
    for (const hit of waiting.values()) {
      const card = cardOf(hit);
      if (cards.size >= limit) part("more").hidden = false;
      const element = cards.insert(card);
      if (element === null) continue;
      if (element.nextElementSibling !== null) lastMoved = Date.now();
      high ||= card.priority === "high";
      if (!isInView(element)) above.add(element);
      unannouncedCount += 1;
      if (unannounced.length < 2) unannounced.push(`${card.priority} priority, ${card.vrm}, ${card.site}`);
    }
    if (waiting.size > 0) tone.play(high);
    waiting.clear();
    showCount();
    showAbove();
  }

  function take(hit: HitView): void {
    if (hit.state !== "new") return remove(hit.id);
    if (gone.has(hit.id) || cards.update(cardOf(hit))) return;
    waiting.set(hit.id, hit);
    // Not requestAnimationFrame: that stops while the window is hidden, and then thousands would wait.
    flushTimer ??= setTimeout(flush, FLUSH_MS);
  }

  const lacks = (id: string): boolean => !gone.has(id) && !waiting.has(id) && cards.find(id) === null;

  /**
   * Compares the board with the server's: what others acknowledged goes, what was missed comes. The comparison is of ids; hits
   * are asked for only where one is missing, because that is a look, and each look is logged.
   */
  async function compare(): Promise<void> {
    const before = new Set(cards.cards.map((card) => card.dataset["card"] ?? ""));
    const open = await fetchJson<{ ids: string[]; more: boolean }>(paths.boardIds());
    if (open === null) return;
    const ids = new Set(open.ids);
    for (const id of before) if (!ids.has(id)) cards.remove(id);
    part("more").hidden = !open.more;
    showCount();
    const missing = open.ids.filter(lacks);
    if (missing.length > 0 && (cards.size < limit || missing.some((id) => !fetched.has(id)))) {
      const { hits } = (await fetchJson<{ hits: HitView[] }>(paths.boardHits())) ?? { hits: [] };
      fetched = new Set(hits.map(({ id }) => id));
      for (const hit of hits) take(hit);
    }
  }
  const compareQuietly = (): void => void compare().catch(() => undefined);

  async function acknowledge(form: HTMLFormElement): Promise<void> {
    const card = form.closest<HTMLElement>("[data-card]");
    const button = form.querySelector("button");
    if (card === null || button === null || button.disabled) return;
    const failed = card.querySelector("[data-failed]");
    button.disabled = true;
    try {
      const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
      const response = await fetch(form.action, {
        method: "POST",
        body,
        headers: { accept: "application/json" },
      });
      if (response.ok || response.status === 409) return remove(card.dataset["card"] ?? "");
      const problem = (await response.json().catch(() => null)) as { detail?: string } | null;
      if (failed !== null) failed.textContent = `Not acknowledged. ${problem?.detail ?? "Try again."}`;
    } catch {
      if (failed !== null) failed.textContent = "Not acknowledged: the service cannot be reached. Try again.";
    }
    button.disabled = false;
  }

  function sayMoved(form: HTMLFormElement): void {
    const failed = form.closest("[data-card]")?.querySelector("[data-failed]") ?? null;
    if (failed !== null)
      failed.textContent = "Not acknowledged: a new hit moved the board as you pressed. Press again.";
  }

  function showConnection(): void {
    const words = state === null ? "Connecting" : CONNECTION_WORDS[state];
    part("connection").dataset["state"] = state ?? "none";
    part("connection-words").textContent = `${words}. Last heard from ${sayAge(Date.now() - lastAlive)} ago`;
  }

  function showSound(): void {
    const button = part("sound");
    button.setAttribute("aria-pressed", String(tone.on));
    button.textContent = tone.on ? "Sound on" : "Sound off";
  }

  function switchTheme(): void {
    const night = document.documentElement.classList.toggle("ww-board--night");
    document.cookie = `waywarden_board=${night ? "night" : "day"}; path=/; max-age=31536000; samesite=lax`;
    const link = part("theme-switch") as HTMLAnchorElement;
    link.textContent = night ? "Day colours" : "Night colours";
    link.href = paths.boardTheme(night ? "day" : "night");
  }

  const toggleSound = (): void => {
    tone.toggle();
    showSound();
  };

  board.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute("data-acknowledge")) return;
    event.preventDefault();
    if (pointed && Date.now() - lastMoved < MOVING_MS) return sayMoved(form);
    void acknowledge(form);
  });
  // Keys act on the card that has the focus, wherever it moved to; only pointers can miss.
  let pointed = false;
  board.addEventListener("click", ({ detail }) => (pointed = detail > 0), { capture: true });
  part("sound").addEventListener("click", toggleSound);
  part("theme-switch").addEventListener("click", (event) => {
    event.preventDefault();
    switchTheme();
  });
  part("new").addEventListener("click", () => {
    const [first] = cards.cards.filter((card) => above.has(card));
    above.clear();
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: "nearest" });
    showAbove();
  });
  addEventListener("scroll", showAbove, { passive: true });
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => tone.allow(), { once: true });
  startBoardKeys(
    cards,
    part("help-dialog") as HTMLDialogElement,
    part("help"),
    part("keys") as HTMLInputElement,
    {
      acknowledge: (card) => {
        const form = card.querySelector<HTMLFormElement>("[data-acknowledge]");
        if (form !== null) void acknowledge(form);
      },
      toggleSound,
      switchTheme,
    },
  );

  const stream = new HitStream({
    url: board.dataset["stream"] ?? "",
    after: board.dataset["after"] ?? "",
    onEvent: ({ event, data }) => {
      if (event === "hit" || event === "hit-state") take(JSON.parse(data) as HitView);
    },
    onState: (now) => {
      if (now === "connected" && state !== "connected") compareQuietly();
      state = now;
      showConnection();
    },
    onAlive: () => {
      lastAlive = Date.now();
    },
  });
  stream.start();
  setInterval(compareQuietly, COMPARE_EVERY_MS);
  setInterval(() => {
    cards.tick(Date.now());
    showConnection();
  }, 1_000);
  setInterval(() => {
    if (unannouncedCount === 0) return;
    const rest = unannouncedCount - unannounced.length;
    part("announce").textContent =
      `New hit: ${unannounced.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
    unannounced = [];
    unannouncedCount = 0;
  }, ANNOUNCE_EVERY_MS);
  showSound();
  showConnection();
}

async function fetchJson<Body>(path: string): Promise<Body | null> {
  const response = await fetch(path, { headers: { accept: "application/json" }, cache: "no-store" });
  return response.ok ? ((await response.json()) as Body) : null;
}

function isInView(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
