import { z } from "zod";
import { PROTOCOLS } from "../../ingest/feeds/registry.ts";
import { DOOR_CODES, type SourceInUse } from "../../source/door.ts";
import type { Agreement, LastMessage } from "../../source/source.ts";
import type { GivenSource } from "../../source/sources.ts";
import type { SourceTest } from "../../source/tested-source.ts";
import { day, nameSchemas, time } from "../schemas.ts";

const agreementView = z.strictObject({
  party: z.string(),
  reference: z.string(),
  purpose: z.string(),
  legalBasis: z.string(),
  from: day,
  until: day.describe("YYYY-MM-DD, included"),
  document: z.string(),
});
const lastMessageView = z.strictObject({
  at: time,
  address: z.string(),
  code: z.string().nullable().describe("Why it was turned away; null: let in"),
});

/** A feed source as the API shows it; its secrets are never in it. */
export const feedSourceView = z.strictObject({
  id: z.int(),
  version: z.int(),
  name: z.string(),
  organisation: z.strictObject({ code: z.string(), name: z.string() }),
  protocol: z.string().nullable().describe("Null: any"),
  aggregator: z.boolean().describe("Sends for NRDs of several organisations"),
  byAddress: z.boolean().describe("Known by the address it sends from"),
  hasPathKey: z.boolean().describe("Has a secret path beside its token"),
  allowedNetworks: z.array(z.string()),
  positionUnit: z.enum(["degrees", "arc-minutes"]),
  timeZone: z.string(),
  compoundReply: z.enum(["array", "string"]),
  nrd: z.int().nullable(),
  agreement: agreementView.nullable(),
  enabled: z.boolean(),
  switched: z.strictObject({ at: time, why: z.string(), by: z.string().nullable() }).nullable(),
  closed: z
    .strictObject({ code: z.enum(DOOR_CODES), detail: z.string() })
    .nullable()
    .describe("Why nothing is let in now; null: it is"),
  added: time,
  secretsSince: time,
  lastMessage: lastMessageView.nullable(),
  refused: z.int().describe("Refused reads and messages, today and yesterday (UTC)"),
});

/** A source with its new secrets: the only time they are shown. */
export const givenSourceView = z.strictObject({
  source: feedSourceView,
  secret: z.strictObject({
    token: z.string().describe("For `Authorization: Bearer`, or as the password of basic authentication"),
    pathKey: z.string().nullable().describe("The secret part of the path; null: it has none"),
    address: z.string().describe("What the device is told to send to"),
  }),
});

export const sourceTestView = z.strictObject({
  source: feedSourceView,
  lettingIn: z.boolean().describe("A message would be let in now"),
  address: z.string().nullable().describe("Held against its networks"),
  networkAllows: z.boolean().nullable().describe("Null: no address is known yet"),
  agreement: z.enum(["in-force", "not-in-force", "missing", "none-needed"]),
  refusals: z.array(
    z.strictObject({ day, code: z.string(), count: z.int(), since: time, sample: z.string() }),
  ),
});
nameSchemas({
  Agreement: agreementView,
  FeedSource: feedSourceView,
  GivenFeedSource: givenSourceView,
  FeedSourceTest: sourceTestView,
});

const presentAgreement = ({
  party,
  reference,
  purpose,
  legalBasis,
  from,
  until,
  document,
}: Agreement): z.infer<typeof agreementView> => ({
  party,
  reference,
  purpose,
  legalBasis,
  from,
  until,
  document,
});

const presentMessage = ({ at, address, code }: LastMessage): z.infer<typeof lastMessageView> => ({
  at: at.toISOString(),
  address,
  code,
});

export const presentSource = (source: SourceInUse): z.infer<typeof feedSourceView> => ({
  id: source.id,
  version: source.version,
  name: source.name,
  organisation: { code: source.owner.code, name: source.owner.name },
  protocol: source.protocol,
  aggregator: source.aggregator,
  byAddress: source.byAddress,
  hasPathKey: source.hasPathKey,
  allowedNetworks: [...source.allowedNetworks],
  positionUnit: source.positionUnit,
  timeZone: source.timeZone,
  compoundReply: source.compoundReply,
  nrd: source.nrd,
  agreement: source.agreement === null ? null : presentAgreement(source.agreement),
  enabled: source.enabled,
  switched: source.switched && { ...source.switched, at: source.switched.at.toISOString() },
  closed: source.closed,
  added: source.added.toISOString(),
  secretsSince: source.secretsSince.toISOString(),
  lastMessage: source.lastMessage && presentMessage(source.lastMessage),
  refused: source.refused,
});

/** What a device is told to send to. @param origin of the service, without a slash at its end */
export function addressFor(
  { source: { protocol }, secrets: { pathKey } }: GivenSource,
  origin: string,
): string {
  const pathFor = PROTOCOLS.find(({ name }) => name === protocol)?.pathFor ?? (() => "/v1/reads");
  return `${origin}${pathFor(pathKey)}`;
}

export const presentGiven = (given: GivenSource, origin: string): z.infer<typeof givenSourceView> => ({
  source: presentSource(given.source),
  secret: { ...given.secrets, address: addressFor(given, origin) },
});

export const presentTest = ({
  source,
  lettingIn,
  address,
  networkAllows,
  agreement,
  refusals,
}: SourceTest): z.infer<typeof sourceTestView> => ({
  source: presentSource(source),
  lettingIn,
  address,
  networkAllows,
  agreement,
  refusals: refusals.map(({ day: on, since, ...refusal }) => ({
    ...refusal,
    day: on,
    since: since.toISOString(),
  })),
});
