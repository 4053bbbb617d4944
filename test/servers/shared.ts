import { inject } from "vitest";

/** What one run of the tests has once, for all of its files. */
export type SharedName = "governed folder" | "postgres" | "clickhouse" | "chromium";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run's own process answers, see `of-the-run.ts`. */
    shared: string;
  }
}

/** The address (or the folder) of something the run has once; started when first asked for. Undefined where it cannot run here. */
export async function shared(name: SharedName): Promise<string | undefined> {
  const reply = await fetch(`${inject("shared")}/${encodeURIComponent(name)}`);
  const { address, failed } = (await reply.json()) as { address: string | null; failed?: string };
  if (failed !== undefined) throw new Error(`The run's ${name} did not start: ${failed}`);
  return address ?? undefined;
}
