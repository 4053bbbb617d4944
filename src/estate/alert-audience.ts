import type { Nrd } from "../read/nrd.ts";

/** Whose lists may hear that an NRD saw a vehicle of theirs. */
export type AlertAudience = "everybody" | "nobody" | { readonly organisation: number };

/**
 * What a covert NRD sees is for its owner's lists alone, and what one under a certificate sees for no list, since a list
 * states no purpose that the certificate could allow (INV-4, CERT-1). Who may then open such a hit the policy decides.
 */
export function alertAudienceOf({
  type,
  organisation,
  certificate,
}: Pick<Nrd, "type" | "organisation" | "certificate">): AlertAudience {
  if (certificate !== undefined) return "nobody";
  return type === "covert" ? { organisation } : "everybody";
}
