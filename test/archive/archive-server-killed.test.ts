import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startClickHouse, type ClickHouseServer } from "../servers/clickhouse.ts";
import { aRead, WholeApp } from "../app/whole-app.ts";

const SENDERS = 8;
const READS_A_MESSAGE = 20;

type Message = readonly Record<string, unknown>[];

let server: ClickHouseServer;
let whole: WholeApp;
beforeAll(async () => {
  server = await startClickHouse();
  whole = await WholeApp.start(undefined, {
    settings: { clickhouseUrl: `${server.url}?request_timeout=2000` },
  });
});
afterAll(async () => {
  await whole?.remove();
  await server?.stop();
});

/** What a sender holds until it is answered. */
const unanswered: Message[] = [];
/** Of every acknowledged read, how often it was acknowledged as new. */
const acknowledged = new Map<string, number>();
let number = 0;

const aMessage = (): Message =>
  Array.from({ length: READS_A_MESSAGE }, () => aRead(1 + (number % 3), { vrm: `K1LL${++number}` }));

async function send(message: Message): Promise<boolean> {
  const { status, body } = await whole.post("application/json", JSON.stringify(message));
  if (status !== 200) return false;
  for (const { readId, verdict } of body.results) {
    expect(["stored", "duplicate"]).toContain(verdict);
    const id = readId as string;
    acknowledged.set(id, (acknowledged.get(id) ?? 0) + (verdict === "stored" ? 1 : 0));
  }
  return true;
}

/** Sends, as cameras do, until a message is not taken; `every` hears of each that was. */
async function sendUntilRefused(every: () => void): Promise<void> {
  for (;;) {
    const message = aMessage();
    if (!(await send(message))) return void unanswered.push(message);
    every();
  }
}

async function disturbAfter(messages: number, disturb: () => void): Promise<void> {
  let taken = 0;
  const count = (): void => {
    if (++taken === messages) disturb();
  };
  await Promise.all(Array.from({ length: SENDERS }, () => sendUntilRefused(count)));
}

async function sendAgain(): Promise<void> {
  for (const message of unanswered.splice(0)) expect(await send(message)).toBe(true);
}

interface Held {
  readonly id: string;
  readonly copies: number;
}

const held = (): Promise<Held[]> =>
  whole.stores.clickhouse.query<Held>(
    `SELECT concat(toString(nrd), '-', toString(toUnixTimestamp64Milli(captured)), if(n = 0, '', concat('-', toString(n)))) AS id,
       count() AS copies FROM reads WHERE vrm LIKE 'K1LL%' GROUP BY id`,
  );

describe("an archive server that goes away in the middle of writing", () => {
  it("has lost nothing that was acknowledged and doubles nothing that is sent again, after three kills", async () => {
    for (const messages of [3, 20, 33]) {
      await disturbAfter(messages, () => void server.kill());
      await server.kill();
      await server.start();
      await sendAgain();
    }
    const rows = await held();
    expect(rows.filter(({ copies }) => copies > 1)).toEqual([]);
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(acknowledged.keys()));
    expect([...acknowledged.values()].filter((times) => times > 1)).toEqual([]);
  });

  it("is waited for a while, then the senders are asked to send again, and each read is there for everybody once", async () => {
    await disturbAfter(10, () => server.pause());
    expect(unanswered.length).toBeGreaterThan(0);
    server.goOn();
    await sendAgain();
    expect(new Set((await held()).map(({ id }) => id))).toEqual(new Set(acknowledged.keys()));
  });
});
