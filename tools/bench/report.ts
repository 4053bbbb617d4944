import { cpus, totalmem } from "node:os";

/** One measured figure beside what it should be. */
export interface Figure {
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  /** Absent where nothing is asked. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
  readonly note?: string;
}

/** The machine every figure was taken on, in one line. */
export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}`;

export const meets = ({ value, target }: Figure): boolean =>
  target === undefined || ("atLeast" in target ? value >= target.atLeast : value <= target.atMost);

/** The value at a quantile (0 to 1) of unsorted numbers; NaN of none. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN;
}

const shown = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-GB") : String(Math.round(value * 100) / 100);

/** A table for a terminal, with the target and a verdict beside each figure. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { target } = figure;
    const asked =
      target === undefined
        ? ""
        : "atLeast" in target
          ? `≥ ${shown(target.atLeast)}`
          : `≤ ${shown(target.atMost)}`;
    const verdict = target === undefined ? "" : meets(figure) ? "met" : "MISSED";
    return [figure.measure, `${shown(figure.value)} ${figure.unit}`, asked, verdict, figure.note ?? ""];
  });
  const head = ["measure", "figure", "target", "", ""];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
