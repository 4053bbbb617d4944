import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** Upper bounds in seconds, from one millisecond to ten seconds; both targets of the alert path lie between steps. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];
const ROWS = [1, 10, 50, 100, 500, 1_000, 5_000, 10_000, 20_000, 50_000];

/**
 * Everything this process counts. Names are `waywarden_` with the unit at the end. Counters on the way of a read are
 * bumped once a message or group with the number of reads, never once a read, so that they cost nothing at 50,000 reads/s.
 */
export interface Metrics {
  readonly registry: Registry;
  /** Labels: protocol, verdict, code (empty when there is none). */
  readonly reads: Counter<"protocol" | "verdict" | "code">;
  /** What protocols count, dropped speeds among it (READ-10). */
  readonly messages: Counter<"protocol" | "kind">;
  readonly messagesRefused: Counter<"protocol" | "code">;
  readonly receiptToAcknowledged: Histogram<"protocol">;
  readonly receiptToHit: Histogram;
  readonly archiveGroupRows: Histogram;
  readonly archiveGroupDuration: Histogram;
  readonly hits: Counter<"priority">;
  readonly hitsAnswered: Counter<"act">;
  readonly streamClients: Gauge;
  readonly streamEvents: Counter;
  readonly streamDropped: Counter<"reason">;
  readonly quarantined: Counter<"code">;
  readonly quarantineDecided: Counter<"decision">;
  readonly signIns: Counter<"outcome">;
  readonly refusals: Counter<"action">;
  readonly problems: Counter<"code">;
  readonly enquiries: Counter<"kind" | "outcome">;
  readonly enquiryDuration: Histogram<"kind">;
  readonly retentionRuns: Counter<"outcome">;
  readonly requestDuration: Histogram<"method" | "route" | "status">;
  readonly connectionsDropped: Counter;
  /** Depths and sizes, read when somebody looks. */
  watch(read: { readsInFlight: () => number; matchEntries: () => number; nrds: () => number }): void;
}

/** A fresh registry with every metric at zero, and the runtime's own: event-loop lag, memory, garbage collection. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "waywarden_" });
  const registers = [registry];
  const counter = <L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Counter<L> =>
    new Counter({ name: `waywarden_${name}_total`, help, labelNames: [...labelNames], registers });
  const histogram = <L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> =>
    new Histogram({ name: `waywarden_${name}`, help, buckets, labelNames: [...labelNames], registers });
  const watched = (name: string, help: string, read: () => number): void =>
    watchGauge(registry, name, help, read);
  return {
    registry,
    watch({ readsInFlight, matchEntries, nrds }) {
      watched("reads_in_flight", "Reads accepted and not yet durable", readsInFlight);
      watched("match_entries", "Entries of lists held in memory", matchEntries);
      watched("nrds", "NRDs in the register, covert ones left out", nrds);
    },
    reads: counter("reads", "Reads answered, by what became of them", ["protocol", "verdict", "code"]),
    messages: counter("messages", "Feed messages, and things dropped from them, by kind", [
      "protocol",
      "kind",
    ]),
    messagesRefused: counter("messages_refused", "Feed messages turned away whole", ["protocol", "code"]),
    receiptToAcknowledged: histogram(
      "receipt_to_acknowledged_seconds",
      "From the receipt of a message to its durable acknowledgement",
      SECONDS,
      ["protocol"],
    ),
    receiptToHit: histogram(
      "receipt_to_hit_seconds",
      "From the receipt of a read to its hit in the outbox",
      SECONDS,
    ),
    archiveGroupRows: histogram("archive_group_rows", "Reads committed together", ROWS),
    archiveGroupDuration: histogram("archive_group_seconds", "Time to make one group durable", SECONDS),
    hits: counter("hits", "Hits raised", ["priority"]),
    hitsAnswered: counter("hits_answered", "Hits acknowledged, verified or disposed of", ["act"]),
    streamClients: new Gauge({ name: "waywarden_stream_clients", help: "Open hit streams", registers }),
    streamEvents: counter("stream_events", "Events written to hit streams"),
    streamDropped: counter("stream_clients_dropped", "Hit streams closed by the service", ["reason"]),
    quarantined: counter("quarantined", "Reads set apart", ["code"]),
    quarantineDecided: counter("quarantine_decided", "Quarantined reads released or discarded", ["decision"]),
    signIns: counter("sign_ins", "Attempts to sign in", ["outcome"]),
    refusals: counter("refusals", "Acts refused to people who are signed in", ["action"]),
    problems: counter("problems", "Replies that were an error, by code", ["code"]),
    enquiries: counter("enquiries", "Enquiries asked", ["kind", "outcome"]),
    enquiryDuration: histogram("enquiry_seconds", "Time to answer an enquiry", SECONDS, ["kind"]),
    retentionRuns: counter("retention_runs", "Days expired by retention", ["outcome"]),
    requestDuration: histogram("request_seconds", "Time to answer a person's request", SECONDS, [
      "method",
      "route",
      "status",
    ]),
    connectionsDropped: counter("connections_dropped", "Connections closed because too many were open"),
  };
}

/** A value that is read when somebody looks, such as a queue's depth. `name` without prefix, unit at its end. */
function watchGauge(registry: Registry, name: string, help: string, read: () => number): void {
  // The gauge needs no reference of ours: the registry keeps it.
  const gauge: Gauge = new Gauge({
    name: `waywarden_${name}`,
    help,
    registers: [registry],
    collect: (): void => gauge.set(read()),
  });
}
