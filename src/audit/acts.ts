import type { Act } from "./act.ts";
import { accountActs } from "./acts/account.ts";
import { auditActs } from "./acts/audit.ts";
import { authorityActs } from "./acts/authority.ts";
import { collectionActs } from "./acts/collection.ts";
import { enquiryActs } from "./acts/enquiry.ts";
import { findingActs } from "./acts/finding.ts";
import { hitActs } from "./acts/hit.ts";
import { listActs } from "./acts/list.ts";
import { nrdActs } from "./acts/nrd.ts";
import { organisationActs } from "./acts/organisation.ts";
import { policyActs } from "./acts/policy.ts";
import { quarantineActs } from "./acts/quarantine.ts";
import { readActs } from "./acts/read.ts";
import { retentionActs } from "./acts/retention.ts";
import { sampleActs } from "./acts/sample.ts";
import { providerActs } from "./acts/provider.ts";
import { serviceActs } from "./acts/service.ts";
import { sessionActs } from "./acts/session.ts";
import { sourceActs } from "./acts/source.ts";
import { suspicionActs } from "./acts/suspicion.ts";
import { taskActs } from "./acts/task.ts";

/** The table of audited acts, by noun. An act that is not here cannot be logged, and one that nothing does is not here. */
export const ACTS_BY_NOUN = {
  account: accountActs,
  audit: auditActs,
  authority: authorityActs,
  collection: collectionActs,
  enquiry: enquiryActs,
  finding: findingActs,
  hit: hitActs,
  list: listActs,
  nrd: nrdActs,
  organisation: organisationActs,
  policy: policyActs,
  quarantine: quarantineActs,
  read: readActs,
  retention: retentionActs,
  sample: sampleActs,
  provider: providerActs,
  service: serviceActs,
  session: sessionActs,
  source: sourceActs,
  suspicion: suspicionActs,
  task: taskActs,
} as const;

type ActsOf<Noun> = Noun[keyof Noun];
type AnyAct = ActsOf<{ [Noun in keyof typeof ACTS_BY_NOUN]: ActsOf<(typeof ACTS_BY_NOUN)[Noun]> }>;
/** The name of an act, as the log has it: `hit.acknowledge`. */
export type ActName = AnyAct["name"];

const BY_NAME = new Map<string, Act>(
  Object.values(ACTS_BY_NOUN).flatMap((acts) =>
    Object.values(acts as unknown as Readonly<Record<string, Act>>).map((one) => [one.name, one] as const),
  ),
);

/** The act of a name, from an entry or a filter; undefined where an older log names one that is done no more. */
export const actNamed = (name: string): Act | undefined => BY_NAME.get(name);

/** Every act of the table. */
export const allActs = (): readonly Act[] => [...BY_NAME.values()];
