import type { Authority } from "./enquiry-ports.ts";

export interface NewAuthority extends Omit<
  Authority,
  "id" | "state" | "exceptional" | "approverRank" | "oralSince" | "scope"
> {
  /** Absent: any VRM and place, as far back as the rules allow. */
  readonly scope?: Authority["scope"];
  readonly state: "requested" | "approved";
  /** Person id; null while it is only requested. */
  readonly approvedBy: number | null;
}

/** Where authorities come from; asking, approving and refusing on screen are a later issue. */
export interface AuthorityRegister {
  /** @throws Problem CONFLICT when the reference is taken */
  add(authority: NewAuthority): Promise<Authority>;
}
