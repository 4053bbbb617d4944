import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  aLeaf,
  checkpointOf,
  leavesOf,
  LOG,
  putFile,
  putLog,
  seedOf,
  treeOf,
} from "../../../test/audit/public-log.ts";
import { inclusionProof } from "../../audit/tlog/proof.ts";
import { cosigner, privateKeyOf, signatureLine, verifierKeyText } from "../../audit/tlog/signed-note.ts";
import { runCommand } from "../commands.ts";
import { siteFiles } from "./site-files.ts";

let folder: string;
let site: string;
let said: string[];
let servers: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waywarden-audit-"));
  site = join(folder, "site");
  said = [];
  servers = [];
  const listen = (text: string): void => void said.push(text);
  vi.spyOn(console, "log").mockImplementation(listen);
  vi.spyOn(console, "error").mockImplementation(listen);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A real server; answers its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A service that shows a folder's files under /log, and notes which were asked for. */
async function showing(shown: string, hidden: (path: string) => boolean = () => false) {
  const asked: string[] = [];
  const url = await serve((request, response) => {
    const path = (request.url ?? "").replace(/^\/log\//, "");
    asked.push(path);
    const file = join(shown, path);
    if (hidden(path)) response.writeHead(401).end();
    else if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end("nothing here");
  });
  return { url, asked };
}

const run = async (...argv: readonly string[]): Promise<[number, string]> => {
  said = [];
  const code = await runCommand(["audit", ...argv]);
  return [code, said.join("\n")];
};

describe("audit verify over the network", () => {
  it("holds for the good log, whose entries the public may not see", async () => {
    putLog(site, leavesOf(3000));
    const { url, asked } = await showing(site, (path) => path.startsWith("tile/entries/"));
    const [code, text] = await run("verify", "--url", url, "--key", join(site, "key"));
    expect([code, text]).toEqual([0, expect.stringContaining("3000 entries")]);
    expect(text).toContain("the contents of 0 were read");
    expect(asked.filter((path) => path.startsWith("tile/entries/")).length).toBeLessThan(6);
  });

  it("names what is wrong with a bad one", async () => {
    putLog(site, leavesOf(300));
    putFile(site, "tile/0/000", Buffer.alloc(8192, 1));
    const { url } = await showing(site);
    const [code, text] = await run("verify", "--url", `${url}/`, "--key", join(site, "key"));
    expect([code, text]).toEqual([1, expect.stringContaining("entry 0: its bytes in tile/entries/000")]);
  });

  it("follows no redirect, takes no file larger than its kind, and waits where it is told to", async () => {
    const waits: number[] = [];
    const outside = { fetch, wait: async (ms: number) => void waits.push(ms) };
    const moved = await serve((_, response) => void response.writeHead(302, { location: "/x" }).end());
    await expect(siteFiles(moved, outside)("checkpoint", 100)).rejects.toThrow("cannot be read");
    const large = await serve((_, response) => void response.end("x".repeat(101)));
    await expect(siteFiles(large, outside)("checkpoint", 100)).rejects.toThrow("more than 100 bytes");
    let busy = 2;
    const later = await serve((_, response) => {
      if (busy-- > 0) response.writeHead(429, { "retry-after": "9" }).end();
      else response.end("at last");
    });
    expect((await siteFiles(later, outside)("checkpoint", 100))?.toString()).toBe("at last");
    const never = await serve((_, response) => void response.writeHead(503, { "retry-after": "-" }).end());
    await expect(siteFiles(never, outside)("checkpoint", 100)).rejects.toThrow("answered 503");
    const broken = await serve((_, response) => void response.writeHead(500).end());
    await expect(siteFiles(broken, outside)("checkpoint", 100)).rejects.toThrow("answered 500");
    expect(waits).toEqual([9000, 9000, ...Array.from({ length: 9 }, () => 1000)]);
  });
});

describe("how old a log is that verifies", () => {
  // The drill's log is of 23 November 2026, an entry a second from 06:00.
  const at = (time: string) => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(`2026-11-23T${time}Z`) });
  afterEach(() => void vi.useRealTimers());
  const verify = (...argv: readonly string[]) =>
    run("verify", "--dir", site, "--key", join(site, "key"), ...argv);

  it("is told by its newest entry, where entries are shown, and fails past --max-age", async () => {
    putLog(site, leavesOf(300));
    at("06:15:00");
    const [code, text] = await verify("--max-age", "15");
    expect([code, text]).toEqual([
      0,
      expect.stringContaining("evidence is 10 minutes old: the newest entry"),
    ]);
    at("09:00:00");
    expect((await verify())[0]).toBe(0);
    expect(await verify("--max-age", "15")).toEqual([
      1,
      expect.stringMatching(/older than the 15 minutes of --max-age.*evidence is 2 hours old/),
    ]);
    at("05:00:00");
    expect(await verify("--max-age", "15")).toEqual([1, expect.stringContaining("dated in the future")]);
  });

  it("is told by a witness, who says it by their own clock", async () => {
    putLog(site, leavesOf(300));
    const witness = cosigner("witness.example", privateKeyOf(seedOf("a witness")), () =>
      Date.parse("2026-11-23T07:00:00Z"),
    );
    const text = checkpointOf(leavesOf(300)).split("\n\n")[0];
    putFile(site, "checkpoint", `${checkpointOf(leavesOf(300))}${signatureLine(`${text}\n`, witness)}`);
    const witnessKey = putFile(folder, "witness.key", verifierKeyText(witness.verifier));
    at("07:30:00");
    const [code, said] = await verify("--witness-key", witnessKey, "--max-age", "60");
    expect([code, said]).toEqual([
      0,
      expect.stringContaining("30 minutes old: the cosignature of witness.example over 300 entries"),
    ]);
    at("08:30:00");
    expect((await verify("--witness-key", witnessKey, "--max-age", "60"))[0]).toBe(1);
  });

  it("is not known where nothing has a time, which is said, and fails where an age is asked for", async () => {
    putLog(site, leavesOf(300));
    rmSync(join(site, "tile/entries"), { recursive: true });
    expect(await verify()).toEqual([0, expect.stringContaining("Nothing it saw has a time")]);
    expect(await verify("--max-age", "15")).toEqual([1, expect.stringContaining("age cannot be told")]);
  });
});

describe("a mirror of a log that stands still", () => {
  const at = (time: string) => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(`2026-11-23T${time}Z`) });
  afterEach(() => void vi.useRealTimers());

  it("says when it last grew, and fails past --grown-within until it grows again", async () => {
    const { url } = await showing(site);
    const mirror = () => run("mirror", "--url", url, "--dir", join(folder, "mirror"), "--grown-within", "60");
    putLog(site, leavesOf(300));
    at("06:05:00");
    expect(await mirror()).toEqual([0, expect.stringContaining("have grown 0 seconds ago")]);
    at("06:50:00");
    expect(await mirror()).toEqual([0, expect.stringContaining("grown 45 minutes ago, at 2026-11-23T06:05")]);
    at("07:10:00");
    expect(await mirror()).toEqual([1, expect.stringContaining("The log stands still")]);
    rmSync(site, { recursive: true });
    putLog(site, leavesOf(301));
    expect(await mirror()).toEqual([0, expect.stringContaining("have grown 0 seconds ago")]);
  });
});

describe("audit mirror", () => {
  it("fetches a log once, then only what is new, and its folder verifies by itself", async () => {
    const mirror = join(folder, "mirror");
    const { url, asked } = await showing(site);
    for (const size of [200, 256, 300, 300, 1030]) {
      rmSync(site, { recursive: true, force: true });
      putLog(site, leavesOf(size));
      asked.length = 0;
      expect(await run("mirror", "--url", url, "--dir", mirror)).toEqual([
        0,
        expect.stringContaining(`${size} entries`),
      ]);
      const [code, text] = await run(
        "verify",
        "--dir",
        mirror,
        "--key",
        join(mirror, "key"),
        "--since",
        join(mirror, "checkpoints"),
      );
      expect([code, text]).toEqual([0, expect.stringContaining(`the contents of ${size} were read`)]);
    }
    expect(asked.filter((path) => path.startsWith("tile/0/")).toSorted()).toEqual([
      "tile/0/001",
      "tile/0/002",
      "tile/0/003",
      "tile/0/004.p/6",
    ]);
    expect(readdirSync(join(mirror, "checkpoints"))).toHaveLength(4);
    const files = readdirSync(join(mirror, "tile"), { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => /\.p\/\d+$/.test(file)).toSorted()).toEqual([
      "0/004.p/6",
      "1/000.p/4",
      "entries/004.p/6",
    ]);
  });

  it("stays at what it has when the log forks, shrinks or shows another key, and recovers when it is true again", async () => {
    const mirror = join(folder, "mirror");
    const { url } = await showing(site);
    const again = () => run("mirror", "--url", url, "--dir", mirror);
    putLog(site, leavesOf(300));
    expect((await again())[0]).toBe(0);
    const forked = [
      ...leavesOf(290),
      ...leavesOf(600)
        .slice(290)
        .map((_, at) => aLeaf(290 + at, 900)),
    ];
    putLog(site, forked);
    expect(await again()).toEqual([1, expect.stringContaining("rewritten or has forked")]);
    const later = [...leavesOf(300), ...forked.slice(300)];
    putLog(site, later, checkpointOf(leavesOf(600)));
    expect(await again()).toEqual([1, expect.stringContaining("its root is not that of its 600 entries")]);
    putLog(site, leavesOf(280));
    expect(await again()).toEqual([1, expect.stringContaining("were dropped")]);
    expect(readFileSync(join(mirror, "checkpoint"), "utf8")).toBe(checkpointOf(leavesOf(300)));
    rmSync(site, { recursive: true });
    putLog(site, leavesOf(600));
    expect(await again()).toEqual([0, expect.stringContaining("300 of them new")]);
    const [code] = await run("verify", "--dir", mirror, "--key", join(mirror, "key"));
    expect(code).toBe(0);
    writeFileSync(
      join(folder, "other-key"),
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
    );
    expect(await run("mirror", "--url", url, "--dir", mirror, "--key", join(folder, "other-key"))).toEqual([
      1,
      expect.stringContaining("different key"),
    ]);
  });

  it("keeps the newest cosigned checkpoint too, and does not follow one that contradicts it", async () => {
    const mirror = join(folder, "mirror");
    const { url } = await showing(site);
    putLog(site, leavesOf(600));
    putFile(site, "cosigned", checkpointOf(leavesOf(500)));
    expect((await run("mirror", "--url", url, "--dir", mirror))[0]).toBe(0);
    expect(readFileSync(join(mirror, "cosigned"), "utf8")).toBe(checkpointOf(leavesOf(500)));
    putFile(site, "cosigned", checkpointOf(leavesOf(550).with(3, aLeaf(3, 3, "0THER"))));
    expect(await run("mirror", "--url", url, "--dir", mirror)).toEqual([
      1,
      expect.stringContaining("the log has forked"),
    ]);
    expect(readFileSync(join(mirror, "cosigned"), "utf8")).toBe(checkpointOf(leavesOf(500)));
  });

  it("says so when its own folder is damaged, and does not blame the log", async () => {
    const mirror = join(folder, "mirror");
    const { url } = await showing(site);
    putLog(site, leavesOf(300));
    await run("mirror", "--url", url, "--dir", mirror);
    putFile(mirror, "tile/0/001.p/44", Buffer.alloc(44 * 32));
    expect(await run("mirror", "--url", url, "--dir", mirror)).toEqual([
      1,
      expect.stringContaining("is damaged"),
    ]);
  });
});

describe("audit check", () => {
  const leaves = leavesOf(300);
  const tiles = treeOf(leaves).tiles;

  /** A proof of entry 256 as the service gives it, some of it changed. */
  async function proofFile(changes: Record<string, unknown> = {}): Promise<string> {
    const proof = await inclusionProof(
      256,
      300,
      async (level, index) => tiles.get(`${level}/${index}`) as Buffer,
    );
    const given = {
      index: 256,
      leaf: leaves[256]?.toString("base64"),
      leafHash: "of no use to whoever checks",
      size: 300,
      proof: proof.map((hash) => hash.toString("base64")),
      checkpoint: checkpointOf(leaves),
    };
    return putFile(folder, "proof.json", JSON.stringify({ ...given, ...changes }));
  }

  it("shows the entry that a proof is of, without asking the service", async () => {
    putLog(site, leaves);
    expect(await run("check", "--proof", await proofFile(), "--key", join(site, "key"))).toEqual([
      0,
      `Entry 256 is in the log anpr.example/log, under its signed 300 entries:\n${leaves[256]?.toString()}\n` +
        "actor: not shown\nreason: not shown\nvrm: not shown",
    ]);
  });

  it("opens what the entry says in the clear, and refuses a value that the leaf does not commit to", async () => {
    putLog(site, leaves);
    const opened = { value: "WW256", salt: seedOf("salt 256").toString("base64") };
    const checked = async (sealed: Record<string, unknown>) =>
      run("check", "--proof", await proofFile({ sealed }), "--key", join(site, "key"));
    const [code, text] = await checked({ vrm: opened });
    expect([code, text.split("\n").slice(2)]).toEqual([
      0,
      ["actor: not shown", "reason: not shown", 'vrm: "WW256"'],
    ]);
    for (const sealed of [
      { vrm: { ...opened, value: "AN0THER" } },
      { vrm: { ...opened, salt: seedOf("another").toString("base64") } },
      { added: opened },
    ])
      expect(await checked(sealed)).toEqual([1, expect.stringContaining("its leaf commits to another")]);
  });

  it.each([
    ["of another entry", { leaf: leaves[255]?.toString("base64") }],
    ["for another place", { index: 255 }],
    ["of another tree", { checkpoint: checkpointOf(leavesOf(299)) }],
    ["of another size than the checkpoint's", { size: 299 }],
    ["without its hashes", { proof: [] }],
    ["whose checkpoint is not signed", { checkpoint: checkpointOf(leaves).replace("\n300\n", "\n301\n") }],
  ])("refuses a proof %s", async (_, changes) => {
    putLog(site, leaves);
    expect(await run("check", "--proof", await proofFile(changes), "--key", join(site, "key"))).toEqual([
      1,
      expect.stringContaining("The proof does not hold."),
    ]);
  });

  it.each([[{ leaf: "*" }], [{ index: -1 }], [{ proof: Array.from({ length: 64 }, () => "AA==") }]])(
    "takes nothing else for a proof: %j",
    async (changes) => {
      putLog(site, leaves);
      const [code] = await run("check", "--proof", await proofFile(changes), "--key", join(site, "key"));
      expect(code).toBe(2);
    },
  );
});

describe("wrong usage of audit", () => {
  it.each([
    [[]],
    [["nope"]],
    [["constructor"]],
    [["verify"]],
    [["verify", "--dir", "x"]],
    [["verify", "--dir", "x", "--url", "http://y", "--key", "KEY"]],
    [["verify", "--dir", "x", "--key", "/nowhere"]],
    [["verify", "--url", "file:///etc", "--key", "KEY"]],
    [["verify", "--dir", "x", "--key", "KEY", "--since", "/nowhere"]],
    [["verify", "--dir", "x", "--key", "KEY", "--witnesses", "1"]],
    [["verify", "--dir", "x", "--key", "KEY", "--witness-key", "KEY", "--witnesses", "1"]],
    [["verify", "--dir", "x", "--key", "KEY", "--cosigned-within", "5"]],
    [["check", "--key", "KEY"]],
    [["check", "--proof", "/nowhere", "--key", "KEY"]],
    [["mirror", "--url", "http://x"]],
    [["mirror", "--url", "nowhere", "--dir", "x"]],
    [["mirror", "--url", "http://x", "--dir", "x", "--grown-within", "soon"]],
    [["verify", "--dir", "x", "--key", "KEY", "--max-age", "soon"]],
    [["witness", "--port", "1"]],
    [["witness", "--port", "70000", "--dir", "x", "--log-key", "KEY"]],
    [["witness", "--port", "1", "--dir", "x", "--log-key", "KEY", "--name", "two words"]],
  ])("%j ends with 2", async (argv) => {
    putLog(site, []);
    const given = argv.map((word) => (word === "KEY" ? join(site, "key") : word));
    const [code, text] = await run(...given);
    expect([code, text]).toEqual([2, expect.stringContaining("Usage: ./waywarden audit")]);
    expect(LOG.name).toBe("anpr.example/log");
  });
});
