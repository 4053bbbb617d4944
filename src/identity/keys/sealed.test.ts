import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { seal, unseal } from "./sealed.ts";
import { newTotpSecret, totpCode, totpSecretText, totpStep } from "../sign-in/totp.ts";

describe("a sealed secret", () => {
  const key = randomBytes(32);
  const secret = Buffer.from("secret");

  it("opens with its key and purpose, and looks different each time", () => {
    const sealed = seal(key, secret, "totp");
    expect(unseal(key, sealed, "totp")).toEqual(secret);
    expect(seal(key, secret, "totp")).not.toEqual(sealed);
    expect(sealed.includes(secret)).toBe(false);
  });

  it("does not open with another key, another purpose, or any byte changed", () => {
    const sealed = seal(key, secret, "totp");
    expect(() => unseal(randomBytes(32), sealed, "totp")).toThrow();
    expect(() => unseal(key, sealed, "other")).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(sealed.readUInt8(at) ^ 1, at);
      expect(() => unseal(key, changed, "totp")).toThrow();
    }
    expect(() => unseal(key, sealed.subarray(0, 10), "totp")).toThrow();
  });
});

describe("a TOTP code", () => {
  it("is the one of RFC 6238 for the secret of its appendix B", () => {
    expect(totpCode(Buffer.from("12345678901234567890"), 59_000)).toBe("287082");
    expect(totpSecretText(Buffer.from("12345678901234567890"))).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  });

  it("is good for its step and one either side", () => {
    const secret = newTotpSecret();
    const now = 1_800_000_000_000;
    const step = now / 30_000;
    const code = totpCode(secret, now);
    expect([-30_000, 0, 30_000].map((off) => totpStep(secret, code, now + off))).toEqual([step, step, step]);
    expect(totpStep(secret, totpCode(secret, now - 90_000), now)).not.toBe(step - 3);
    expect(totpStep(secret, "", now)).toBeUndefined();
  });
});
