const segment = (value: string | number): string => encodeURIComponent(String(value));

/** `path` with the parameters that have a value. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "");
  return parts.length === 0 ? path : `${path}?${new URLSearchParams(parts).toString()}`;
}

/** Every address of the pages, as a route and as a URL. */
export const ROUTES = {
  home: "/",
  signIn: "/sign-in",
  signOut: "/sign-out",
  board: "/board",
  boardHits: "/board/hits.json",
  hit: "/hits/:id",
  hitAcknowledge: "/hits/:id/acknowledge",
  hitVerify: "/hits/:id/verify",
  hitDisposition: "/hits/:id/disposition",
  enquiries: "/enquiries",
  enquiry: "/enquiries/:id",
  read: "/reads/:id",
  quarantine: "/quarantine",
  quarantined: "/quarantine/:id",
  quarantineRelease: "/quarantine/:id/release",
  quarantineDiscard: "/quarantine/:id/discard",
  nrds: "/nrds",
  nrd: "/nrds/:id",
  nrdState: "/nrds/:id/state",
  apiGuide: "/docs/api",
  assets: "/assets/",
} as const;

type ImageKind = "patch" | "overview";

export const paths = {
  home: () => ROUTES.home,
  signIn: (next?: string) => withQuery(ROUTES.signIn, { next }),
  signOut: () => ROUTES.signOut,
  board: () => ROUTES.board,
  boardHits: () => ROUTES.boardHits,
  boardTheme: (theme: "day" | "night") => withQuery(ROUTES.board, { theme }),
  hit: (id: string) => `/hits/${segment(id)}`,
  hitAcknowledge: (id: string) => `/hits/${segment(id)}/acknowledge`,
  hitVerify: (id: string) => `/hits/${segment(id)}/verify`,
  hitDisposition: (id: string) => `/hits/${segment(id)}/disposition`,
  enquiries: (query: { kind?: string; vrm?: string } = {}) => withQuery(ROUTES.enquiries, query),
  enquiry: (id: string, cursor?: string) => withQuery(`/enquiries/${segment(id)}`, { cursor }),
  read: (id: string, enquiry?: string) => withQuery(`/reads/${segment(id)}`, { enquiry }),
  quarantine: (query: { code?: string; cursor?: string } = {}) => withQuery(ROUTES.quarantine, query),
  quarantined: (id: string) => `/quarantine/${segment(id)}`,
  quarantineRelease: (id: string) => `/quarantine/${segment(id)}/release`,
  quarantineDiscard: (id: string) => `/quarantine/${segment(id)}/discard`,
  nrds: (query: { search?: string; state?: string; cursor?: string } = {}) => withQuery(ROUTES.nrds, query),
  nrd: (id: number) => `/nrds/${segment(id)}`,
  nrdState: (id: number) => `/nrds/${segment(id)}/state`,
  apiGuide: () => ROUTES.apiGuide,
  openApi: () => "/v1/openapi.json",
  hitStream: () => "/v1/hits/stream",
  hitImage: (id: string, kind: ImageKind) => `/v1/hits/${segment(id)}/images/${kind}`,
  readImage: (id: string, kind: ImageKind) => `/v1/reads/${segment(id)}/images/${kind}`,
  quarantinedImage: (id: string, kind: ImageKind) => `/v1/quarantine/${segment(id)}/images/${kind}`,
  asset: (file: string) => `/assets/${file}`,
} as const;
