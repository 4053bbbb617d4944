import { describe, expect, it } from "vitest";
import { FewAtOnce } from "../../flow/few-at-once.ts";
import { KnownDevices } from "./known-devices.ts";
import { OnceAMinute } from "../../flow/once-a-minute.ts";

describe("a known device", () => {
  const devices = new KnownDevices(Buffer.alloc(32, 1));

  it("is known for those who signed in with it, and for nobody else", () => {
    const cookie = devices.remember("estate", devices.remember("admin", undefined));
    expect(devices.find("estate", cookie)).toBeDefined();
    expect(devices.find("admin", cookie)).toBeDefined();
    expect(devices.find("operator", cookie)).toBeUndefined();
    expect(devices.find("estate", devices.remember("estate", cookie))).toBe(devices.find("estate", cookie));
  });

  it("is not known by a token that somebody made up, altered, or has from another installation", () => {
    const cookie = devices.remember("estate", undefined);
    const other = new KnownDevices(Buffer.alloc(32, 2)).remember("estate", undefined);
    for (const forged of ["", "~", "a.b", `x${cookie.slice(1)}`, other, "~".repeat(5_000)])
      expect([forged, devices.find("estate", forged)]).toEqual([forged, undefined]);
  });

  it("forgets who signed in longest ago", () => {
    let cookie: string | undefined;
    for (let person = 0; person < 12; person++) cookie = devices.remember(`person${person}`, cookie);
    expect(devices.find("person1", cookie)).toBeUndefined();
    expect(devices.find("person2", cookie)).toBeDefined();
  });
});

describe("what is said once a minute", () => {
  it("counts what was passed over", () => {
    const once = new OnceAMinute();
    expect(once.take("a", 0)).toBe(0);
    for (let n = 0; n < 290; n++) expect(once.take("a", n)).toBeUndefined();
    expect(once.take("b", 5)).toBe(0);
    expect(once.take("a", 60_000)).toBe(290);
    expect(once.take("a", 120_000)).toBe(0);
  });
});

describe("the work of one network", () => {
  it("is done a few at a time, all of it, also after a failure", async () => {
    const few = new FewAtOnce(2);
    let [running, most] = [0, 0];
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (n === 3) throw new Error("three");
      return n;
    };
    const all = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((n) => few.run("a", () => work(n))));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    expect(most).toBe(2);
  });
});
