import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type ReceiptBody, receiptText, signReceipt, verifyReceipt } from "./receipt.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const body: ReceiptBody = {
  day: "2025-11-20",
  policyPack: "uk-2026.1",
  counts: { reads: 3, "image-index": 2 },
  digest: "sum-of-sha256:00",
  survivors: 0,
  searched: ["rows"],
  notSearched: ["backups: their keeper's"],
  finishedAt: "2026-11-22T00:00:00.000Z",
};

describe("a retention receipt", () => {
  it("is verified by anyone with the public key", () => {
    expect(verifyReceipt(signReceipt(body, privateKey), publicKey)).toBe(true);
  });

  it("fails when any fact in it is changed", () => {
    const receipt = signReceipt(body, privateKey);
    const changed = [
      { ...receipt, day: "2025-11-21" },
      { ...receipt, policyPack: "uk-2027.1" },
      { ...receipt, counts: { ...receipt.counts, reads: 4 } },
      { ...receipt, counts: { ...receipt.counts, more: 0 } },
      { ...receipt, digest: "sum-of-sha256:01" },
      { ...receipt, finishedAt: "2026-11-23T00:00:00.000Z" },
      { ...receipt, signature: "AAAA" },
    ];
    for (const other of changed) expect(verifyReceipt(other, publicKey)).toBe(false);
  });

  it("fails with another key", () => {
    expect(verifyReceipt(signReceipt(body, privateKey), generateKeyPairSync("ed25519").publicKey)).toBe(
      false,
    );
  });

  it("signs a text that does not depend on the order of the stores", () => {
    const turned = { ...body, counts: { "image-index": 2, reads: 3 } };
    expect(receiptText(turned)).toBe(receiptText(body));
    expect(receiptText(body)).toMatchInlineSnapshot(`
      "waywarden retention receipt 2
      day 2025-11-20
      policy-pack uk-2026.1
      deleted "image-index" 2
      deleted "reads" 3
      digest sum-of-sha256:00
      survivors 0
      searched "rows"
      not-searched "backups: their keeper's"
      finished 2026-11-22T00:00:00.000Z
      "
    `);
  });
});
