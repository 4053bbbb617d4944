import { describe, expect, it } from "vitest";
import { closedTo, isInForce, turnedAway } from "./door.ts";
import type { Agreement, RegisteredSource } from "./source.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const AGREEMENT: Agreement = {
  party: "Transport for London",
  reference: "TFL-2026-7",
  purpose: "Law enforcement",
  legalBasis: "Schedule 2 DPA 2018",
  from: "2026-11-01",
  until: "2026-11-22",
  document: "Records, folder 12",
};
const SOURCE: Pick<RegisteredSource, "name" | "enabled" | "aggregator" | "agreement" | "owner"> = {
  name: "TfL",
  enabled: true,
  aggregator: false,
  agreement: null,
  owner: {
    name: "A force",
    code: "a-force",
    state: "approved",
    policyUntil: "2026-11-22",
    hadPolicy: false,
  },
};
const codeOf = (differing: Partial<typeof SOURCE>, at = NOON): string | undefined =>
  closedTo({ ...SOURCE, ...differing }, at)?.code;
const owner = (differing: Partial<typeof SOURCE.owner>) => ({ owner: { ...SOURCE.owner, ...differing } });
const at = (text: string): number => Date.parse(text);

describe("an agreement", () => {
  it("is in force from the first moment of its first day to the last of its last", () => {
    const moments = [
      "2026-10-31T23:59:59.999Z",
      "2026-11-01T00:00:00Z",
      "2026-11-22T23:59:59.999Z",
      "2026-11-23T00:00:00Z",
    ];
    expect(moments.map((moment) => isInForce(AGREEMENT, at(moment)))).toEqual([false, true, true, false]);
  });
});

describe("the door of a feed source (READ-7)", () => {
  it("is open for one that is switched on, of an approved organisation, that needs no agreement", () =>
    expect(codeOf({})).toBeUndefined());

  it("is closed to one that is switched off, whatever else holds", () => {
    expect(codeOf({ enabled: false })).toBe("SOURCE_SWITCHED_OFF");
    expect(codeOf({ enabled: false, ...owner({ state: "suspended" }) })).toBe("SOURCE_SWITCHED_OFF");
  });

  it("is closed where the organisation is not approved, or its policy has lapsed or was taken away", () => {
    expect(codeOf(owner({ state: "suspended" }))).toBe("ORGANISATION_NOT_APPROVED");
    expect(codeOf(owner({ state: "withdrawn" }))).toBe("ORGANISATION_NOT_APPROVED");
    expect(codeOf({}, at("2026-11-22T23:59:59.999Z"))).toBeUndefined();
    expect(codeOf({}, at("2026-11-23T00:00:00Z"))).toBe("ORGANISATION_NOT_APPROVED");
    expect(codeOf(owner({ policyUntil: null, hadPolicy: true }))).toBe("ORGANISATION_NOT_APPROVED");
    expect(codeOf(owner({ policyUntil: null }))).toBeUndefined();
  });

  it("is closed to one for several organisations without an agreement, and to any outside the period of its own", () => {
    expect(codeOf({ aggregator: true })).toBe("AGREEMENT_NOT_IN_FORCE");
    expect(codeOf({ aggregator: true, agreement: AGREEMENT })).toBeUndefined();
    const late = { agreement: AGREEMENT, ...owner({ policyUntil: "2027-01-01" }) };
    expect(codeOf(late, at("2026-11-23T00:00:00Z"))).toBe("AGREEMENT_NOT_IN_FORCE");
    const early = closedTo({ ...SOURCE, agreement: AGREEMENT }, at("2026-10-01T00:00:00Z"));
    expect(early?.detail).toBe('Agreement TFL-2026-7 of source "TfL" begins on 2026-11-01.');
  });

  it("tells a sender to keep its reads and when to come again", () => {
    const problem = turnedAway({ code: "SOURCE_SWITCHED_OFF", detail: "It is off." });
    expect([problem.status, problem.retryAfter]).toEqual([403, 60]);
    expect(problem.message).toContain("keep the reads");
  });
});
