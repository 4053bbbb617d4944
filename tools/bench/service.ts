import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as OTPAuth from "otpauth";
import { projectRoot } from "../../src/project-root.ts";

/** What the demo writes for whoever wants to sign in at once. */
interface DemoPeople {
  readonly url: string;
  readonly password: string;
  readonly totpSecret: string;
  readonly people: readonly { readonly username: string; readonly role: string }[];
  readonly feedTokens: readonly string[];
  readonly authorities: readonly string[];
}

/** The service under measurement: a process of its own, on embedded stores in a folder of its own, without simulator. */
export class ServiceUnderTest {
  readonly folder: string;
  readonly #options: readonly string[];
  readonly #keep: boolean;
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor(folder: string | undefined, options: readonly string[]) {
    this.#keep = folder !== undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), "waywarden-bench-"));
    this.#options = options;
  }

  /** Starts it and waits until it is ready. With a folder, data is kept there between runs. */
  static async start(
    options: { folder?: string; arguments?: readonly string[] } = {},
  ): Promise<ServiceUnderTest> {
    const service = new ServiceUnderTest(options.folder, options.arguments ?? []);
    await service.start();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  people(): DemoPeople {
    return JSON.parse(readFileSync(join(this.folder, "demo-people.json"), "utf8")) as DemoPeople;
  }

  async start(): Promise<void> {
    this.#port ||= await freePort();
    const main = join(projectRoot, "dist/src/main.js");
    const fixed = ["demo", "--rate", "0", "--port", String(this.#port), "--data", this.folder];
    const child = spawn(
      process.execPath,
      ["--max-semi-space-size=32", "--max-old-space-size=1024", main, ...fixed, ...this.#options],
      {
        stdio: ["ignore", "ignore", "inherit"],
        env: { UV_THREADPOOL_SIZE: "16", ...process.env, WAYWARDEN_LOG_LEVEL: "warn" },
      },
    );
    this.#child = child;
    for (let waited = 0; waited < 240_000; waited += 100) {
      if (child.exitCode !== null)
        throw new Error(`The service ended with code ${child.exitCode} while starting.`);
      const ready = await fetch(`${this.url}/readyz`).then(
        (reply) => reply.ok,
        () => false,
      );
      if (ready) return;
      await sleep(100);
    }
    throw new Error("The service was not ready after four minutes.");
  }

  /** Signs in as one of the demo's people; resolves to a session token for `Authorization: Bearer`. */
  async signIn(username: string): Promise<string> {
    const { password, totpSecret } = this.people();
    for (let attempt = 0; attempt < 40; attempt++) {
      const totp = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(totpSecret) }).generate();
      const reply = await fetch(`${this.url}/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username, password, totp }),
      });
      if (reply.ok) {
        const { token } = (await reply.json()) as { token: string };
        return token;
      }
      await sleep(1000);
    }
    throw new Error(`Could not sign in as ${username}.`);
  }

  /** One JSON call; throws on anything but success. */
  async call<T>(path: string, session: string, body?: unknown): Promise<T> {
    const reply = await fetch(`${this.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${session}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as T;
  }

  /** Resident memory of the service's process, bytes. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  }

  /** Ends it as a power cut would end the process. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to end, and waits until it has drained. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    if (!this.#keep) rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
