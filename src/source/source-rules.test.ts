import { describe, expect, it } from "vitest";
import type { Agreement } from "./source.ts";
import { faultsOfSending, faultsOfSource, type SendingWay } from "./source-rules.ts";

const AGREEMENT: Agreement = {
  party: "A council",
  reference: "C-1",
  purpose: "Law enforcement",
  legalBasis: "Schedule 2 DPA 2018",
  from: "2026-11-01",
  until: "2027-10-31",
  document: "Records, folder 12",
};
const SOURCE = {
  name: "Cameras",
  allowedNetworks: [] as readonly string[],
  byAddress: false,
  aggregator: false,
  agreement: null as Agreement | null,
};
const codes = (differing: Partial<typeof SOURCE>): readonly string[] =>
  faultsOfSource({ ...SOURCE, ...differing }).map(({ path, code }) => `${path} ${code}`);
const ofAgreement = (differing: Partial<Agreement>) => codes({ agreement: { ...AGREEMENT, ...differing } });

describe("a feed source", () => {
  it("needs no more than a name", () => expect(codes({})).toEqual([]));

  it("has a name that can be shown, and networks that are some", () => {
    expect(codes({ name: " " })).toEqual(["name NAME_MISSING"]);
    expect(codes({ name: "a\u202eb" })).toEqual(["name TEXT_INVALID"]);
    expect(codes({ allowedNetworks: ["10.0.0.0/8", "here"] })).toEqual(["allowedNetworks NETWORK_INVALID"]);
  });

  it("is known by its address only where that is not everybody's", () => {
    expect(codes({ byAddress: true })).toEqual(["allowedNetworks NETWORKS_MISSING"]);
    expect(codes({ byAddress: true, allowedNetworks: ["0.0.0.0/0"] })).toEqual([
      "allowedNetworks NETWORK_TOO_WIDE",
    ]);
    expect(codes({ byAddress: true, allowedNetworks: ["10.0.0.0/8"] })).toEqual([]);
  });

  it("for several organisations needs an agreement, whole and with its days in order (READ-7)", () => {
    expect(codes({ aggregator: true })).toEqual(["agreement AGREEMENT_MISSING"]);
    expect(codes({ aggregator: true, agreement: AGREEMENT })).toEqual([]);
    expect(ofAgreement({ purpose: "", document: " " })).toEqual([
      "agreement.purpose TEXT_MISSING",
      "agreement.document TEXT_MISSING",
    ]);
    expect(ofAgreement({ from: "2026-02-30" })).toEqual(["agreement.from DAY_INVALID"]);
    expect(ofAgreement({ until: "2026-10-31" })).toEqual(["agreement.until DAYS_REVERSED"]);
    expect(ofAgreement({ until: AGREEMENT.from })).toEqual([]);
  });
});

describe("how a source sends", () => {
  const ways: readonly SendingWay[] = [
    { name: "native", secretPath: "none" },
    { name: "bof2", secretPath: "optional", knownByAddress: true },
  ];
  const wrong = (differing: Partial<Parameters<typeof faultsOfSending>[0]>): readonly string[] =>
    faultsOfSending(
      { protocol: "native", byAddress: false, hasPathKey: false, timeZone: "Europe/London", ...differing },
      ways,
    ).map(({ code }) => code);

  it("is by a protocol there is, in a time zone there is", () => {
    expect(wrong({})).toEqual([]);
    expect(wrong({ protocol: "fax" })).toEqual(["PROTOCOL_UNKNOWN"]);
    expect(wrong({ timeZone: "Europe/Atlantis" })).toEqual(["TIME_ZONE_UNKNOWN"]);
  });

  it("is by a secret path only where the protocol has one", () => {
    expect(wrong({ hasPathKey: true })).toEqual(["PATH_NOT_TAKEN"]);
    expect(wrong({ hasPathKey: true, protocol: "bof2" })).toEqual([]);
  });

  it("is by address alone only where the protocol's senders can do nothing else", () => {
    expect(wrong({ byAddress: true })).toEqual(["CREDENTIAL_NEEDED"]);
    expect(wrong({ byAddress: true, protocol: "bof2" })).toEqual([]);
  });
});
