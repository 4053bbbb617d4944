import { UsageError } from "./options.ts";

/** What a command does with its arguments; resolves to the exit code: 0 done, 1 failed, 2 wrong usage. */
export type Command = (argv: readonly string[]) => Promise<number>;

interface Listed {
  readonly usage: string;
  readonly does: string;
  readonly load: () => Promise<Command>;
}

/** Every command; each is loaded only when it is the one asked for. */
const COMMANDS: Readonly<Record<string, Listed>> = {
  demo: {
    usage: "demo [--port 8420] [--data DIR] [--rate READS_PER_S] [--estate FILE] [--fresh]",
    does: "run everything on embedded stores, with demo people, lists and simulated traffic",
    load: async () => (await import("./commands/demo.ts")).demo,
  },
  test: {
    usage: "test [NOUN or PATTERN]",
    does: "run every check: format, lint, types, unused code, architecture, unit, integration, browser",
    load: async () => (await import("./commands/test.ts")).test,
  },
  serve: {
    usage: "serve [--config FILE] [--roles ingest,web,jobs]",
    does: "run the real service, with no demo data and no simulator",
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  setup: {
    usage: "setup (--organisation NAME --admin USERNAME | --relink USERNAME) [--config FILE]",
    does: "set up a real installation for the first time: keys, organisation, first administrator",
    load: async () => (await import("./commands/setup.ts")).setup,
  },
  simulate: {
    usage:
      "simulate --to URL --token TOKEN [--estate FILE] [--rate R | --speed X] [--days D] [--seed S] [--truth FILE]",
    does: "send simulated traffic with known ground truth",
    load: async () => (await import("./commands/simulate.ts")).simulateCommand,
  },
  bench: {
    usage:
      "bench NAME [--scale ...] [--json FILE]   NAME: ingest, alert, match, enquiry, guards, decision, images, audit, verify, retention, crash",
    does: "run a benchmark and show the target beside each figure",
    load: async () => (await import("./commands/bench.ts")).bench,
  },
  audit: {
    usage:
      "audit verify (--url URL | --dir DIR) --key FILE [--since FILE|DIR] [--witness-key FILE --witnesses N [--cosigned-within MINUTES]] [--max-age MINUTES]\n" +
      "  audit check --proof FILE --key FILE\n" +
      "  audit mirror --url URL --dir DIR [--key FILE] [--grown-within MINUTES]\n" +
      "  audit witness --port P --dir DIR --log-key FILE [--host H] [--name NAME]",
    does: "check the public audit log from outside, keep a copy of it, or be its witness",
    load: async () => (await import("./commands/audit.ts")).audit,
  },
  keys: {
    usage: "keys rotate [--config FILE]",
    does: "take a new master key: seals everything anew, while no process of the service runs; goes on where it was interrupted",
    load: async () => (await import("./commands/keys.ts")).keys,
  },
  backup: {
    usage:
      "backup TARGET [--key FILE] [--config FILE]\n  backup --verify TARGET [--key FILE] [--config FILE]",
    does: "copy everything but the master key into a new folder, sealed: of a stopped service, or of a running one on servers; or check such a folder",
    load: async () => (await import("./commands/backup.ts")).backup,
  },
  restore: {
    usage: "restore SOURCE [--key FILE] [--today YYYY-MM-DD] [--config FILE]",
    does: "put a backup into an empty data folder or empty databases, and delete what is past its limit",
    load: async () => (await import("./commands/restore.ts")).restore,
  },
  doctor: {
    usage: "doctor [--url URL] [--token SESSION]",
    does: "check the health of this installation; each line says what to do",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
};

const help = (): string =>
  [
    "Usage: ./waywarden COMMAND [options]",
    "",
    ...Object.values(COMMANDS).map(({ usage, does }) => `  ${usage}\n      ${does}`),
    "",
  ].join("\n");

/** Finds and runs the command that the arguments name. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    console.log(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    console.error(`There is no command "${name}".\n\n${help()}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    console.log(`Usage: ./waywarden ${command.usage}\n\n${command.does}\n`);
    return 0;
  }
  try {
    return await (
      await command.load()
    )(rest);
  } catch (error) {
    if (isUsageError(error)) {
      console.error(`${error.message}\nUsage: ./waywarden ${command.usage}`);
      return 2;
    }
    console.error(error instanceof Error ? error.message : String(error));
    if (process.env["WAYWARDEN_LOG_LEVEL"] === "debug") console.error(error);
    return 1;
  }
}

const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
