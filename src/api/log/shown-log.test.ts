import { describe, expect, it } from "vitest";
import { ShownLog } from "./shown-log.ts";

/** A clock, and a store that notes what it is asked. */
function aLog() {
  const asked: string[] = [];
  const log = {
    asked,
    elapsed: 0,
    size: 1,
    fault: false,
    async answer(what: string): Promise<string | null> {
      asked.push(what);
      await Promise.resolve();
      if (log.fault) throw new Error("the store is away");
      return `${what} of ${log.size}`;
    },
  };
  const shown = new ShownLog(
    {
      checkpoint: () => log.answer("checkpoint"),
      cosigned: () => log.answer("cosigned"),
      tile: async (level, index, width) => {
        asked.push(`tile ${level}/${index}.${width}`);
        return index < 1_000 ? Buffer.alloc(width * 32, index) : null;
      },
    },
    () => log.elapsed,
  );
  return { log, shown };
}

describe("the log as strangers ask for it", () => {
  it("asks the store once for all who ask at the same time, and again after a moment", async () => {
    const { log, shown } = aLog();
    const texts = await Promise.all(Array.from({ length: 500 }, () => shown.checkpoint()));
    expect(new Set(texts)).toEqual(new Set(["checkpoint of 1"]));
    log.size = 2;
    log.elapsed = 199;
    expect(await shown.checkpoint()).toBe("checkpoint of 1");
    expect(log.asked).toEqual(["checkpoint"]);
    log.elapsed = 200;
    expect(await shown.checkpoint()).toBe("checkpoint of 2");
    expect(await shown.cosigned()).toBe("cosigned of 2");
    expect(log.asked).toEqual(["checkpoint", "checkpoint", "cosigned"]);
  });

  it("keeps no failure: whoever asks next is answered", async () => {
    const { log, shown } = aLog();
    log.fault = true;
    await expect(Promise.all([shown.checkpoint(), shown.checkpoint()])).rejects.toThrow("away");
    log.fault = false;
    expect(await shown.checkpoint()).toBe("checkpoint of 1");
  });

  it("keeps full tiles, which never change, up to so many, and none that still grows or is not there", async () => {
    const { log, shown } = aLog();
    const times = async (index: number, width: number): Promise<number> => {
      const before = log.asked.length;
      for (let again = 0; again < 3; again++) await shown.tile(0, index, width);
      return log.asked.length - before;
    };
    expect(await times(0, 256)).toBe(1);
    expect(await times(7, 255)).toBe(3);
    expect(await times(1_000, 256)).toBe(3);
    expect((await shown.tile(0, 5, 256))?.[0]).toBe(5);
    for (let index = 1; index < 256; index++) {
      await shown.tile(0, index, 256);
      await shown.tile(0, 0, 256);
    }
    await shown.tile(0, 999, 256);
    expect([await times(0, 256), await times(1, 256)]).toEqual([0, 1]);
  });
});
