/** What the order of hits on a board goes by. */
export interface Urgency {
  readonly priority: string;
  /** Epoch milliseconds of capture. */
  readonly captured: number;
  readonly id: string;
}

const RANK: Readonly<Record<string, number>> = { high: 0, medium: 1, low: 2 };
const rank = (priority: string): number => RANK[priority] ?? 3;

/** Most urgent first: priority, then the newest capture; ids settle the rest so that every screen shows one order. */
export function byUrgency(a: Urgency, b: Urgency): number {
  return (
    rank(a.priority) - rank(b.priority) ||
    b.captured - a.captured ||
    b.id.localeCompare(a.id, "en", { numeric: true })
  );
}
