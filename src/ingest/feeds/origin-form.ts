const AUTHORITY = /^https?:\/\/[^/?#]*/i;

/**
 * The path and query of a request target. Some recorders write the whole URL into the request line (PROTOCOLS 0.3), which
 * routes would not recognise; for the server's `rewriteUrl`.
 */
export function originForm(target: string): string {
  const rest = target.replace(AUTHORITY, "");
  return rest.startsWith("/") ? rest : `/${rest}`;
}
