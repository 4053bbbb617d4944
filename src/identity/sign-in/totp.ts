import { timingSafeEqual } from "node:crypto";
import { Secret, TOTP } from "otpauth";

const STEP_MS = 30_000;
/** One step either side, for clocks that differ (RFC 6238 section 5.2). */
const WINDOW = 1;

const generator = (secret: Buffer): TOTP =>
  new TOTP({ secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) });

/** A new TOTP secret: 20 random bytes. */
export const newTotpSecret = (): Buffer => Buffer.from(new Secret({ size: 20 }).buffer);

/** Base 32, as authenticator apps take it. */
export const totpSecretText = (secret: Buffer): string => generator(secret).secret.base32;

/** The `otpauth:` address that authenticator apps read from a QR code. */
export const totpUri = (secret: Buffer, username: string): string =>
  new TOTP({ issuer: "Waywarden", label: username, secret: generator(secret).secret }).toString();

/** The six digits at a moment (epoch ms). */
export const totpCode = (secret: Buffer, now: number): string =>
  generator(secret).generate({ timestamp: now });

/** The step whose code was given, when it is near now; undefined for a wrong code. */
export function totpStep(secret: Buffer, code: string, now: number): number | undefined {
  const current = Math.floor(now / STEP_MS);
  const given = Buffer.from(code.replaceAll(" ", ""));
  let found: number | undefined;
  for (let step = current - WINDOW; step <= current + WINDOW; step++) {
    const right = Buffer.from(totpCode(secret, step * STEP_MS));
    if (given.length === right.length && timingSafeEqual(given, right)) found = step;
  }
  return found;
}

/** The secret behind its base32 text. */
export const totpSecretOf = (text: string): Buffer => Buffer.from(Secret.fromBase32(text).buffer);
