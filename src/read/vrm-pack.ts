import { VRM_MAX_LENGTH } from "./vrm.ts";

const BASE = 37;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The digit 1 to 36 of one character code of a VRM, or 0 for anything else. */
export function packedDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 47;
  if (code >= 65 && code <= 90) return code - 54;
  return 0;
}

/**
 * A VRM (up to 10 of A–Z, 0–9) as one exact integer below 2^53, its characters the digits of a number to base 37.
 * No character has the digit 0, so two VRMs never share a number. Only "" gives 0. Throws on anything else.
 */
export function packVrm(vrm: string): number {
  if (vrm.length > VRM_MAX_LENGTH) throw new RangeError("only a normalised VRM can be packed");
  let packed = 0;
  for (let at = 0; at < vrm.length; at++) {
    const digit = packedDigit(vrm.charCodeAt(at));
    if (digit === 0) throw new RangeError("only a normalised VRM can be packed");
    packed = packed * BASE + digit;
  }
  return packed;
}

/** The VRM that was packed into a number. Throws on a number that no VRM packs into. */
export function unpackVrm(packed: number): string {
  let vrm = "";
  let rest = packed;
  while (rest > 0) {
    const character = ALPHABET[(rest % BASE) - 1];
    if (character === undefined || vrm.length === VRM_MAX_LENGTH) {
      throw new RangeError(`${packed} is not a packed VRM`);
    }
    vrm = character + vrm;
    rest = Math.floor(rest / BASE);
  }
  if (rest !== 0) throw new RangeError(`${packed} is not a packed VRM`);
  return vrm;
}
