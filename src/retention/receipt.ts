import { type KeyObject, sign, verify } from "node:crypto";

/** What a deletion destroyed, and that a search afterwards found nothing left of it (RET-6). Holds no VRM. */
export interface ReceiptBody {
  /** Day of capture, `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** Id of the policy pack whose limit was reached. */
  readonly policyPack: string;
  /** Items deleted, by store. */
  readonly counts: Readonly<Record<string, number>>;
  /** Digest over the identities of the day's reads, as the archive computed it before deleting them. */
  readonly digest: string;
  readonly survivors: 0;
  /** Where what was deleted was looked for and not found, beyond the stores' own count, in words. */
  readonly searched: readonly string[];
  /** Where this program could not look, each with why or whose it is. */
  readonly notSearched: readonly string[];
  /** RFC 3339, UTC. */
  readonly finishedAt: string;
}

export interface Receipt extends ReceiptBody {
  /** Ed25519 over the text of `receiptText`, base64. */
  readonly signature: string;
}

/** The exact text that is signed: one fact a line, stores in alphabetical order, so that anyone can rebuild it. */
export function receiptText(body: ReceiptBody): string {
  const counts = Object.entries(body.counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([store, count]) => `deleted ${JSON.stringify(store)} ${count}`);
  const lines = [
    "waywarden retention receipt 2",
    `day ${body.day}`,
    `policy-pack ${body.policyPack}`,
    ...counts,
    `digest ${body.digest}`,
    `survivors ${body.survivors}`,
    ...body.searched.map((place) => `searched ${JSON.stringify(place)}`),
    ...body.notSearched.map((place) => `not-searched ${JSON.stringify(place)}`),
    `finished ${body.finishedAt}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** @param key Ed25519 private key */
export function signReceipt(body: ReceiptBody, key: KeyObject): Receipt {
  return { ...body, signature: sign(null, Buffer.from(receiptText(body)), key).toString("base64") };
}

/** Whether the receipt was signed by the holder of this Ed25519 public key and has not been changed since. */
export function verifyReceipt(receipt: Receipt, key: KeyObject): boolean {
  return verify(null, Buffer.from(receiptText(receipt)), key, Buffer.from(receipt.signature, "base64"));
}
