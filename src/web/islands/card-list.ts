import { byUrgency } from "../../hit/urgency.ts";
import type { HitCard } from "../pages/hits/board/hit-card.ts";
import { sayAge } from "../words/age.ts";
import { retryImage } from "./retry-image.ts";

const TEXT_FIELDS = [
  "vrm",
  "since",
  "elsewhere",
  "instruction",
  "warnings",
  "site",
  "road",
  "reason",
  "expected",
  "seen",
  "differs",
  "priority",
  "clock",
  "list",
] as const;
const ALTERNATIVES = {
  patch: "Plate as the camera saw it",
  overview: "Vehicle as the camera saw it",
} as const;

/** The cards on the board: in order of urgency, never more than the limit, filled from the page's own blank card. */
export class CardList {
  readonly #list: HTMLElement;
  readonly #blank: HTMLTemplateElement;
  readonly #limit: number;

  constructor(list: HTMLElement, blank: HTMLTemplateElement, limit: number) {
    this.#list = list;
    this.#blank = blank;
    this.#limit = limit;
    list.addEventListener("error", (event) => this.#imageFailed(event.target), true);
    list.addEventListener("load", ({ target }) => this.#imageCame(target), true);
    for (const image of list.querySelectorAll("img"))
      if (image.complete && image.naturalWidth === 0) this.#imageFailed(image);
  }

  get cards(): readonly HTMLElement[] {
    return [...this.#list.children] as HTMLElement[];
  }

  get size(): number {
    return this.#list.childElementCount;
  }

  find(id: string): HTMLElement | null {
    return this.#list.querySelector(`[data-card="${CSS.escape(id)}"]`);
  }

  /** Puts a hit where it belongs. Out: its card, or null when it is there already or less urgent than all that fit. */
  insert(card: HitCard): HTMLElement | null {
    if (this.find(card.id) !== null) return null;
    const next = this.#firstLessUrgent(card);
    if (next === null && this.size >= this.#limit) return null;
    const element = this.#fill(card);
    this.#list.insertBefore(element, next);
    while (this.size > this.#limit) this.#list.lastElementChild?.remove();
    return element;
  }

  /** Says again what a card says: its entry may not be what it was. @returns whether it is there */
  update(card: HitCard): boolean {
    const element = this.find(card.id);
    if (element === null) return false;
    this.#fillTexts(element, card);
    return true;
  }

  /** Takes a hit away; the focus, if it was there, goes to the next one. */
  remove(id: string): boolean {
    const element = this.find(id);
    if (element === null) return false;
    if (element.contains(document.activeElement)) {
      ((element.nextElementSibling ?? element.previousElementSibling) as HTMLElement | null)?.focus();
    }
    element.remove();
    return true;
  }

  tick(now: number): void {
    for (const card of this.cards) {
      const age = card.querySelector("[data-age]");
      const text = sayAge(now - Number(card.dataset["captured"]));
      if (age !== null && age.textContent !== text) age.textContent = text;
    }
  }

  /** Moves the focus by so many cards; out: the card that has it now. */
  move(steps: 1 | -1): HTMLElement | undefined {
    const cards = this.cards;
    const at = cards.findIndex((card) => card.contains(document.activeElement));
    const target = cards[at === -1 ? 0 : Math.min(cards.length - 1, Math.max(0, at + steps))];
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest" });
    return target;
  }

  get current(): HTMLElement | null {
    return document.activeElement?.closest<HTMLElement>("[data-card]") ?? null;
  }

  #firstLessUrgent(card: HitCard): HTMLElement | null {
    const [cards, urgency] = [
      this.cards,
      (element: HTMLElement) => ({
        id: element.dataset["card"] ?? "",
        priority: element.dataset["priority"] ?? "",
        captured: Number(element.dataset["captured"]),
      }),
    ];
    let [low, high] = [0, cards.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (byUrgency(urgency(cards[middle] as HTMLElement), card) < 0) low = middle + 1;
      else high = middle;
    }
    return cards[low] ?? null;
  }

  #fill(card: HitCard): HTMLElement {
    const element = (this.#blank.content.cloneNode(true) as DocumentFragment)
      .firstElementChild as HTMLElement;
    element.dataset["card"] = card.id;
    element.dataset["priority"] = card.priority;
    element.dataset["captured"] = String(card.captured);
    element.classList.add("card--new");
    this.#fillTexts(element, card);
    const link = element.querySelector<HTMLAnchorElement>("[data-href]");
    if (link !== null) link.href = card.href;
    const time = element.querySelector("time");
    time?.setAttribute("datetime", card.iso);
    time?.setAttribute("title", card.utc);
    element.querySelector("form")?.setAttribute("action", card.acknowledge);
    this.#fillImage(element, "patch", card.patch);
    this.#fillImage(element, "overview", card.overview);
    const age = element.querySelector("[data-age]");
    if (age !== null) age.textContent = sayAge(Date.now() - card.captured);
    return element;
  }

  #fillTexts(element: HTMLElement, card: HitCard): void {
    for (const name of TEXT_FIELDS) {
      for (const field of element.querySelectorAll<HTMLElement>(`[data-field="${name}"]`)) {
        field.textContent = field.classList.contains("govuk-visually-hidden") ? ` ${card[name]}` : card[name];
        if (name === "warnings" || name === "differs" || name === "since" || name === "elsewhere")
          field.hidden = card[name] === "";
        if (name === "instruction") field.className = card.since === "" ? "card__instruction" : "card__line";
      }
    }
  }

  #fillImage(element: HTMLElement, kind: "patch" | "overview", href: string): void {
    const box = element.querySelector<HTMLElement>(`[data-image="${kind}"]`);
    if (box === null || href === "") return;
    const image = new Image();
    image.alt = ALTERNATIVES[kind];
    image.loading = "lazy";
    image.src = href;
    delete box.dataset["missing"];
    box.replaceChildren(image);
  }

  #imageCame(target: EventTarget | null): void {
    if (target instanceof HTMLImageElement)
      delete target.closest<HTMLElement>("[data-image]")?.dataset["waiting"];
  }

  #imageFailed(target: EventTarget | null): void {
    if (!(target instanceof HTMLImageElement)) return;
    const box = target.closest<HTMLElement>("[data-image]");
    if (box === null) return;
    box.dataset["waiting"] = String(retryImage(target));
    if (box.dataset["waiting"] === "true") return;
    box.dataset["missing"] = "true";
    target.remove();
  }
}
