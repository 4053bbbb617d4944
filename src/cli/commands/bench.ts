import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { benchAlert } from "../../../tools/bench/alert.ts";
import { benchAudit } from "../../../tools/bench/audit.ts";
import { benchCrash } from "../../../tools/bench/crash.ts";
import { benchDecision } from "../../../tools/bench/decision.ts";
import { benchEnquiry } from "../../../tools/bench/enquiry.ts";
import { benchGuards } from "../../../tools/bench/guards.ts";
import { benchImages } from "../../../tools/bench/images.ts";
import { benchIngest } from "../../../tools/bench/ingest.ts";
import { benchMatch } from "../../../tools/bench/match.ts";
import { machine, meets, table, type Figure } from "../../../tools/bench/report.ts";
import { benchRetention } from "../../../tools/bench/retention.ts";
import { benchVerifyLog } from "../../../tools/bench/verify-log.ts";
import { numberOption, UsageError } from "../options.ts";

/** Each benchmark at the size its target is set for; `--scale` multiplies reads, entries and seconds, for a quick look. */
const BENCHMARKS: Readonly<Record<string, (scale: number) => Promise<Figure[]>>> = {
  ingest: (scale) => benchIngest({ seconds: 60 * scale }),
  alert: (scale) => benchAlert({ seconds: 60 * scale, rate: 4_200, entries: Math.round(5_000_000 * scale) }),
  match: (scale) => benchMatch({ entries: Math.round(5_000_000 * scale) }),
  enquiry: (scale) =>
    benchEnquiry({ reads: Math.round(100_000_000 * scale), days: 10, rate: 1_000, asked: 200 }),
  decision: async (scale) => benchDecision({ decisions: Math.round(20_000 * scale) }),
  guards: (scale) => benchGuards({ enquiries: Math.round(1_000 * scale) }),
  images: (scale) => benchImages({ images: Math.round(20_000 * scale) }),
  retention: (scale) => benchRetention({ reads: Math.round(10_000_000 * scale) }),
  verify: (scale) => benchVerifyLog({ entries: Math.round(1_000_000 * scale) }),
  audit: (scale) => benchAudit({ seconds: 60 * scale }),
  crash: (scale) => benchCrash({ kills: Math.max(1, Math.round(20 * scale)) }),
};

/** Runs one benchmark and prints a table; exits 1 when a target is missed. */
export async function bench(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { scale: { type: "string" }, json: { type: "string" } },
  });
  const [name] = positionals;
  const run = name !== undefined && Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (run === undefined || positionals.length > 1) {
    throw new UsageError(`bench takes one of: ${Object.keys(BENCHMARKS).join(", ")}.`);
  }
  const scale = numberOption("--scale", values.scale) ?? 1;
  const figures = await run(scale);
  console.log(
    `${name} on ${machine()}${scale === 1 ? "" : `, at scale ${scale}: not the size the targets are set for`}\n`,
  );
  console.log(table(figures));
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ name, machine: machine(), scale, figures }, null, 2)}\n`);
  }
  return figures.every(meets) ? 0 : 1;
}
