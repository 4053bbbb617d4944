import type { Nrd, NrdReference } from "../../read/nrd.ts";
import type { FeedSource } from "../../source/feed-source.ts";
import type { Step } from "../passage.ts";

/** The register as ingest sees it: in memory, never a query. */
export interface NrdLookup {
  find(reference: NrdReference): Nrd | undefined;
}

const naming = (reference: NrdReference): string => {
  switch (reference.kind) {
    case "identity":
      return `feed ${reference.feed}, source ${reference.source}, camera ${reference.camera}`;
    case "id":
      return `id ${reference.id}`;
    case "device":
      return `device ${reference.key}`;
  }
};

/**
 * The NRD that a message names, as its source may know of it: a covert one of another organisation is as good as not there for a
 * source that delivers for its own alone (INV-4).
 */
export function nrdKnownTo(
  source: Pick<FeedSource, "aggregator" | "organisation">,
  nrds: NrdLookup,
  reference: NrdReference,
): Nrd | undefined {
  const nrd = nrds.find(reference);
  const hidden = nrd?.type === "covert" && !source.aggregator && nrd.organisation !== source.organisation;
  return hidden ? undefined : nrd;
}

/** The NRD must be in the register; a read of an unknown one is set aside, never mixed with good data (READ-4). */
export const findNrd = (nrds: NrdLookup): Step => ({
  name: "find-nrd",
  judge: (passage) => {
    passage.nrd = nrdKnownTo(passage.source, nrds, passage.capture.nrd) ?? null;
    if (passage.nrd !== null) return null;
    const detail = `There is no camera with ${naming(passage.capture.nrd)} in the register. Register it, then release this read.`;
    return { verdict: "quarantined", code: "NRD_UNKNOWN", detail };
  },
});

/** The register drives ingest: only a live NRD collects (NAI-6). */
export const requireCollecting = (): Step => ({
  name: "require-collecting",
  judge: ({ nrd }) =>
    nrd === null || nrd.state === "live"
      ? null
      : {
          verdict: "quarantined",
          code: "NRD_NOT_COLLECTING",
          detail: `NRD ${nrd.id} (${nrd.name}) is ${nrd.state} since ${nrd.stateSince.toISOString()} and does not collect.`,
        },
});

/** A source submits for NRDs of its own organisation, unless it delivers for others under an agreement (READ-4, READ-7). */
export const requireOwner = (): Step => ({
  name: "require-owner",
  judge: ({ nrd, source }) =>
    nrd === null || source.aggregator || nrd.organisation === source.organisation
      ? null
      : {
          verdict: "quarantined",
          code: "NRD_OTHER_ORGANISATION",
          detail: `NRD ${nrd.id} (${nrd.name}) belongs to a different organisation from source "${source.name}".`,
        },
});
