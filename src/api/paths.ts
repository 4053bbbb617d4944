/** Every address of the API, once. Feeds, pages and the log have their own tables in their own rooms. */
export const ROUTES = {
  session: "/v1/session",
  hits: "/v1/hits",
  hitStream: "/v1/hits/stream",
  hit: "/v1/hits/:id",
  hitAcknowledge: "/v1/hits/:id/acknowledge",
  hitVerify: "/v1/hits/:id/verify",
  hitDisposition: "/v1/hits/:id/disposition",
  hitImage: "/v1/hits/:id/images/:kind",
  lists: "/v1/lists",
  list: "/v1/lists/:id",
  listEntries: "/v1/lists/:id/entries",
  listEntry: "/v1/lists/:id/entries/:entry",
  nrds: "/v1/nrds",
  nrd: "/v1/nrds/:id",
  nrdGoLive: "/v1/nrds/:id/go-live",
  nrdSuspend: "/v1/nrds/:id/suspend",
  nrdResume: "/v1/nrds/:id/resume",
  nrdReportFaulty: "/v1/nrds/:id/report-faulty",
  nrdDecommission: "/v1/nrds/:id/decommission",
  quarantine: "/v1/quarantine",
  quarantined: "/v1/quarantine/:id",
  quarantinedImage: "/v1/quarantine/:id/images/:kind",
  quarantineRelease: "/v1/quarantine/:id/release",
  quarantineDiscard: "/v1/quarantine/:id/discard",
  authorities: "/v1/authorities",
  enquiries: "/v1/enquiries",
  enquiry: "/v1/enquiries/:id",
  read: "/v1/reads/:id",
  readImage: "/v1/reads/:id/images/:kind",
  retention: "/v1/retention",
  retentionReceipts: "/v1/retention/receipts",
  retentionRuns: "/v1/retention/runs",
  doctor: "/v1/doctor",
  openApi: "/v1/openapi.json",
  healthz: "/healthz",
  readyz: "/readyz",
  metrics: "/metrics",
} as const;

export type Route = (typeof ROUTES)[keyof typeof ROUTES];

type Names<Path extends string> = Path extends `${infer Head}/${infer Rest}`
  ? Names<Head> | Names<Rest>
  : Path extends `:${infer Name}`
    ? Name
    : never;

/** The URL of one thing: `urlOf(ROUTES.hit, { id: "7" })` is `/v1/hits/7`. Values are escaped. */
export function urlOf<const Path extends Route>(
  route: Path,
  values: Record<Names<Path>, string | number>,
): string {
  return route.replace(/:([a-z]+)/g, (_all, name: string) =>
    encodeURIComponent(String((values as Record<string, string | number>)[name])),
  );
}
