import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "./project-root.ts";

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);
const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  ),
]);
const count = z.coerce.number().int().positive();

/** Every setting, its default and its meaning. The environment name is `WAYWARDEN_` and the key in capitals. */
const settingsSchema = z.strictObject({
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8420)
    .describe("TCP port of the one HTTP listener"),
  host: z.string().min(1).default("127.0.0.1").describe("Address to listen on"),
  publicUrl: z
    .url()
    .optional()
    .describe("How people and cameras reach the service, where it differs from host and port"),
  data: z.string().min(1).default("./data").describe("Folder of the embedded stores, keys and images"),
  clickhouseUrl: z.url().optional().describe("ClickHouse server; absent: chDB in the data folder"),
  postgresUrl: z.url().optional().describe("PostgreSQL server; absent: PGlite in the data folder"),
  statementSeconds: count
    .default(30)
    .describe("Longest a statement of the PostgreSQL server may take, in seconds; it is ended beyond that"),
  rewriteMegabytes: count
    .default(512)
    .describe(
      "Largest table of the PostgreSQL server that is rewritten after deletion, in MB; nobody can use it meanwhile",
    ),
  images: z.string().optional().describe("Folder of the image segments; absent: images/ in the data folder"),
  imageKeys: z
    .string()
    .optional()
    .describe("Folder of the wrapped keys of images, shared like them; absent: keys/ in the data folder"),
  encryptedVolumes: flag
    .default(false)
    .describe("The volumes of the stores are encrypted, in a way that the doctor cannot see"),
  masterKeyFile: z
    .string()
    .optional()
    .describe("File with the 32-byte master key; absent: keys/master.key in the data folder"),
  policyPack: z
    .string()
    .default(join(projectRoot, "policies/uk"))
    .describe("Folder of the policy pack that the first start adopts; a changed one is proposed, not used"),
  adoptPolicyPack: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe(
      "Digest of the folder's pack, to let it hold unapproved where the approved one cannot be applied",
    ),
  roles: list
    .pipe(z.array(z.enum(["ingest", "web", "jobs"])).min(1))
    .default(["ingest", "web", "jobs"])
    .describe("What this process does"),
  node: z.coerce
    .number()
    .int()
    .min(0)
    .max(7)
    .default(0)
    .describe("Number of this process among those that take reads, 0 to 7, different for each"),
  allowedNetworks: list
    .default([])
    .describe("CIDR ranges people may sign in from; empty: any address that reaches the port"),
  metricsNetworks: list.default(["127.0.0.0/8", "::1/128"]).describe("CIDR ranges that may read /metrics"),
  secureCookies: flag.default(false).describe("Set when the service is reached over HTTPS"),
  trustProxy: list
    .default([])
    .describe("CIDR ranges of reverse proxies whose forwarded addresses are believed"),
  witnesses: list
    .default([])
    .describe("Witnesses asked to cosign the audit log, each as URL, space and verifier key"),
  logMirrors: list
    .default([])
    .describe(
      "Mirrors of the audit log, each a folder or http address, whose newest checkpoint a start continues",
    ),
  logLevel: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("Least severe log line to print"),
  maxReadsInFlight: count
    .default(100_000)
    .describe("Reads accepted but not yet durable, beyond which the answer is 503"),
  maxImageBytesInFlight: count.default(256 * 1024 * 1024).describe("The same for bytes of images"),
  maxBodyBytes: count.default(8 * 1024 * 1024).describe("Largest request body, NDJSON streams excepted"),
  maxConnections: count.default(20_000).describe("Open connections, beyond which new ones are closed"),
});

export type Settings = z.infer<typeof settingsSchema>;

const environmentName = (key: string): string =>
  `WAYWARDEN_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Each setting with its environment name and meaning, for the documentation and for `--help`. */
export const settingsGuide = (): readonly { key: string; environment: string; meaning: string }[] =>
  Object.entries(settingsSchema.shape).map(([key, schema]) => ({
    key,
    environment: environmentName(key),
    meaning: schema.description ?? "",
  }));

/**
 * Reads settings once: file (JSON) first, environment over it, `overrides` of the command line over both.
 * @throws Error that lists every problem at once.
 */
export function loadSettings(
  environment: NodeJS.ProcessEnv,
  options: { file?: string; overrides?: Record<string, unknown> } = {},
): Settings {
  const fromFile = options.file === undefined ? {} : readSettingsFile(options.file);
  const fromEnvironment: Record<string, unknown> = {};
  for (const key of Object.keys(settingsSchema.shape)) {
    const value = environment[environmentName(key)];
    if (value !== undefined && value !== "") fromEnvironment[key] = value;
  }
  const parsed = settingsSchema.safeParse({ ...fromFile, ...fromEnvironment, ...options.overrides });
  if (!parsed.success) throw new Error(`The settings are not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function readSettingsFile(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`The settings file ${file} cannot be read as JSON: ${String(error)}`, { cause: error });
  }
}
