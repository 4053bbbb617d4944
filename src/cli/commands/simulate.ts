import { parseArgs } from "node:util";
import { readEstateFile } from "../../../tools/simulator/estate/estate-file.ts";
import { simulate } from "../../../tools/simulator/simulate.ts";
import { untilSignal } from "../signals.ts";
import { numberOption, UsageError } from "../options.ts";

/** Sends simulated traffic to a running service until Ctrl-C, or until the simulated days are over. */
export async function simulateCommand(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      to: { type: "string" },
      token: { type: "string" },
      estate: { type: "string" },
      rate: { type: "string" },
      speed: { type: "string" },
      days: { type: "string" },
      seed: { type: "string" },
      truth: { type: "string" },
      watch: { type: "string" },
    },
  });
  if (values.to === undefined || values.token === undefined)
    throw new UsageError("simulate needs --to URL and --token TOKEN.");
  const rate = numberOption("--rate", values.rate);
  const speed = numberOption("--speed", values.speed);
  const days = numberOption("--days", values.days);
  const seed = numberOption("--seed", values.seed);
  const estate = values.estate === undefined ? undefined : await readEstateFile(values.estate);
  const stop = untilSignal();
  const summary = await simulate({
    to: values.to,
    token: values.token,
    signal: stop,
    ...(estate === undefined ? {} : { estate }),
    ...(rate === undefined ? {} : { rate }),
    ...(speed === undefined ? {} : { speed }),
    ...(days === undefined ? {} : { days }),
    ...(seed === undefined ? {} : { seed }),
    ...(values.truth === undefined ? {} : { truth: values.truth }),
    ...(values.watch === undefined ? {} : { watch: values.watch.split(",") }),
  });
  console.log(JSON.stringify(summary));
  return 0;
}
