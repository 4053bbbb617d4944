import type { CardList } from "./card-list.ts";

export interface BoardActs {
  readonly acknowledge: (card: HTMLElement) => void;
  readonly toggleSound: () => void;
  readonly switchTheme: () => void;
}

const REMEMBERED = "waywarden-board-keys";
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

/** Single keys on the board. They can be switched off in the help, for people who dictate (WCAG 2.1.4). */
export function startBoardKeys(
  cards: CardList,
  help: HTMLDialogElement,
  opener: HTMLElement,
  choice: HTMLInputElement,
  acts: BoardActs,
): void {
  choice.checked = localStorage.getItem(REMEMBERED) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(REMEMBERED, choice.checked ? "on" : "off"));
  opener.addEventListener("click", () => help.showModal());

  const onCurrent = (act: (card: HTMLElement) => void) => (): void => {
    const card = cards.current;
    if (card !== null) act(card);
  };
  const keys: Readonly<Record<string, () => void>> = {
    j: () => void cards.move(1),
    k: () => void cards.move(-1),
    ArrowDown: () => void cards.move(1),
    ArrowUp: () => void cards.move(-1),
    a: onCurrent(acts.acknowledge),
    m: acts.toggleSound,
    n: acts.switchTheme,
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (
      event.ctrlKey ||
      event.altKey ||
      event.metaKey ||
      help.open ||
      isTyping(event.target) ||
      !choice.checked
    )
      return;
    if (event.key === "Enter" && event.target === cards.current) {
      event.preventDefault();
      cards.current?.querySelector<HTMLAnchorElement>("a")?.click();
      return;
    }
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}
