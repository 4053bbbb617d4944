import { describe, expect, it } from "vitest";
import { networkOf } from "./network-of.ts";
import { newRecoveryCode, readRecoveryCode, recoveryHash } from "./recovery-codes.ts";
import { foldUsername, readUsername } from "../username.ts";

describe("a username", () => {
  it("has one form, however it is typed", () => {
    for (const typed of ["Ines.Whitlock", " ines.whitlock ", "ＩＮＥＳ.whitlock", "INES.WHITLOCK"])
      expect(readUsername(typed)).toBe("ines.whitlock");
  });

  it("cannot hold a letter that looks like another", () => {
    for (const typed of [
      "іnes",
      "аdmin",
      "admin\u200b",
      "ad min",
      "admın",
      "a",
      "-admin",
      "x".repeat(65),
      "a/b",
      "",
    ])
      expect([typed, readUsername(typed)]).toEqual([typed, undefined]);
    expect(foldUsername("аdmin")).not.toBe("admin");
  });

  it("is none of the names that the log has for the service itself", () => {
    for (const name of ["retention", "Setup", "ｓｅｒｖｉｃｅ", "collection-3", "protective-monitoring"])
      expect([name, readUsername(name)]).toEqual([name, undefined]);
    expect(readUsername("collection-three")).toBe("collection-three");
  });
});

describe("the network of an address", () => {
  it("is the /24 of IPv4 and the /48 of IPv6, and IPv4 counts as IPv4 wherever it came through", () => {
    expect(networkOf("192.0.2.77")).toBe("192.0.2.0/24");
    expect(networkOf("::ffff:192.0.2.77")).toBe("192.0.2.0/24");
    expect(networkOf("2001:db8:7:9::1")).toBe("2001:db8:7::/48");
    expect(networkOf("2001:0db8:0007::1")).toBe("2001:db8:7::/48");
    expect(networkOf("::1")).toBe("0:0:0::/48");
    expect(networkOf("2001:db8::7:1")).toBe("2001:db8:0::/48");
    expect(networkOf("unknown")).toBe("unknown");
  });
});

describe("a recovery code", () => {
  it("is read with or without its hyphens, in any case, and its hash needs the master key", () => {
    const code = newRecoveryCode();
    expect(code).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    const read = readRecoveryCode(` ${code.toUpperCase().replaceAll("-", " ")} `);
    expect(read).toBe(code.replaceAll("-", ""));
    const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(recoveryHash(key, read ?? "")).toEqual(recoveryHash(key, code.replaceAll("-", "")));
    expect(recoveryHash(key, read ?? "")).not.toEqual(recoveryHash(other, read ?? ""));
    expect(readRecoveryCode("123456")).toBeUndefined();
  });
});
