import { spawn } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { logSigner } from "../../src/audit/log-key.ts";
import { PublishedLog } from "../../src/audit/published-log.ts";
import { Publisher } from "../../src/audit/publisher.ts";
import { signedFile } from "../../src/audit/signed-file.ts";
import type { ReadPublicFile } from "../../src/audit/tlog/public-files.ts";
import { openCheckpoint } from "../../src/audit/tlog/signed-checkpoint.ts";
import { parseTilePath } from "../../src/audit/tlog/tile.ts";
import { verifyLog } from "../../src/audit/tlog/verify-log.ts";
import { projectRoot } from "../../src/project-root.ts";
import type { Database } from "../../src/storage/postgres/database.ts";
import { PostgresAuditLog } from "../../src/storage/postgres/audit/audit-log.ts";
import { PostgresLogStore } from "../../src/storage/postgres/audit/log-store.ts";

interface Line {
  readonly index?: number;
  readonly hash?: string;
  readonly checkpoint?: string;
  readonly failed?: string;
}

/** Lets processes write to one log and kills them, and remembers everything they acknowledged or showed. */
export class KilledWriters {
  readonly folder = mkdtempSync(join(tmpdir(), "waywarden-faults-"));
  readonly acknowledged = new Map<number, string>();
  readonly shown: string[] = [];
  readonly #keyFile = join(this.folder, "log.pem");

  constructor() {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(this.#keyFile, privateKey.export({ type: "pkcs8", format: "pem" }));
  }

  /**
   * Runs one process until it is dead: by its own hand at a step, or by ours once it has printed so many lines.
   * @param where folder of an embedded store, or the address of a server
   */
  async run(where: string, death: { step: string; time: number } | { afterLines: number }): Promise<void> {
    const script = join(projectRoot, "test/audit/log-writing-process.ts");
    const own = "step" in death ? [death.step, String(death.time)] : [];
    const child = spawn(process.execPath, ["--import", "tsx", script, where, this.#keyFile, ...own], {
      cwd: projectRoot,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.on("exit", (_code, signal) => resolve(signal)),
    );
    let text = "";
    let lines = 0;
    for await (const chunk of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
      const parts = (text + chunk).split("\n");
      text = parts.pop() as string;
      for (const part of parts) this.#take(JSON.parse(part) as Line);
      lines += parts.length;
      if ("afterLines" in death && lines >= death.afterLines) child.kill("SIGKILL");
    }
    expect(await ended, `the process died otherwise than at ${JSON.stringify(death)}`).toBe("SIGKILL");
  }

  #take({ index, hash, checkpoint, failed }: Line): void {
    expect(failed).toBeUndefined();
    if (index !== undefined && hash !== undefined) {
      expect(this.acknowledged.has(index), `entry ${index} was given out twice`).toBe(false);
      this.acknowledged.set(index, hash);
    }
    if (checkpoint !== undefined) this.shown.push(checkpoint);
  }

  /** Publishes what is left, and holds everything acknowledged and shown against the log as a stranger would. */
  async examine(database: Database): Promise<void> {
    const signer = logSigner(createPrivateKey(readFileSync(this.#keyFile)));
    const store = new PostgresLogStore(database);
    const published = new PublishedLog(store, signer.verifier);
    const memory = signedFile(`${this.#keyFile}.signed`);
    while (await new Publisher(store, signer, Date.now, { memory }).publish());
    const log = new PostgresAuditLog(database, Date.now);
    let entries = 0;
    for (let page = await log.from(0, 5_000); page.length > 0; page = await log.from(entries, 5_000)) {
      for (const { index, leafHash } of page) {
        expect(index, "the log has a gap").toBe(entries);
        const hash = this.acknowledged.get(index);
        if (hash !== undefined) expect(leafHash.toString("hex")).toBe(hash);
        entries += 1;
      }
    }
    expect(entries, "an acknowledged entry is lost").toBeGreaterThan(Math.max(...this.acknowledged.keys()));
    const newest = openCheckpoint((await published.checkpoint()) ?? "", signer.verifier);
    expect(newest.size).toBe(entries);
    const earlier = this.shown.map((note, at) => ({
      ...openCheckpoint(note, signer.verifier),
      name: `checkpoint ${at}`,
    }));
    expect(await verifyLog(newest, filesOf(published), earlier)).toMatchObject({
      holds: true,
      entriesRead: entries,
    });
  }
}

const filesOf =
  (published: PublishedLog): ReadPublicFile =>
  async (path) => {
    const place = parseTilePath(path);
    if (place === null) return null;
    return place.level === "entries"
      ? published.entries(place.index, place.width)
      : published.tile(place.level, place.index, place.width);
  };
