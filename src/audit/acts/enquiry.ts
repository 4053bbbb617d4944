import { z } from "zod";
import { areaSchema } from "../../read/area-schema.ts";
import { act } from "../act.ts";
import { after, many, text } from "./words.ts";

/** What an enquiry was about, by the members of its kind (`enquiry/kinds/`); what could not be asked has what was understood. */
const about = {
  enquiry: z.string().optional(),
  kind: z.string().optional(),
  vrm: z.string().optional(),
  pattern: z.string().optional(),
  nrds: z.array(z.number()).optional(),
  area: areaSchema.nullable().optional(),
  /** When the reads asked for were captured; RFC 3339 UTC. */
  from: z.string().optional(),
  to: z.string().optional(),
};

/** Why it was asked; purpose and level are the authority's where one is relied on. */
const basis = {
  authority: z.string().nullable().optional(),
  reference: z.string().nullable().optional(),
  purpose: z.string().nullable().optional(),
  level: z.string().nullable().optional(),
  reason: z.string().optional(),
};

const enquiry = {
  ...about,
  ...basis,
  /** How many reads were handed out, of those that were found. */
  shown: z.number().optional(),
  /** Those of the reads that were handed out. */
  vrms: z.array(z.string()).readonly().optional(),
};
const VEHICLE = ["vrm", "pattern", "nrds", "area", "vrms"] as const;
const OPEN = ["kind", "level", "purpose", "from", "to", "shown"] as const;

type About = Partial<z.infer<z.ZodObject<typeof about>>>;

/** In words, from its members or, in older entries, from its question. */
function sayAbout(subject: About): string {
  const older = (subject as { readonly question?: About }).question;
  const { vrm, pattern, nrds, kind } = { ...older, ...subject };
  if (text(vrm) !== "") return `VRM ${text(vrm)}`;
  if (text(pattern) !== "") return `VRMs like ${text(pattern)}`;
  if (kind !== "place") return "reads";
  const cameras = many(nrds, "camera");
  return cameras === "" ? "an area" : `what passed ${cameras}`;
}

/** ` under MID-2026-0417, which found 3 reads`, as far as the entry says so. */
const underAndFound = (s: { authority?: unknown; reference?: unknown; count?: unknown }): string => {
  const found = many(s.count, "read");
  return `${after("under", s.authority ?? s.reference)}${found === "" ? "" : `, which found ${found}`}`;
};

/** What is asked of the archive (INV-3, INV-6). */
export const enquiryActs = {
  ask: act("enquiry.ask", {
    head: "consultation",
    subject: z.object({
      ...enquiry,
      /** Fields of a form that were wrong, where it could not be asked. */
      fields: z.array(z.string()).optional(),
    }),
    open: OPEN,
    vehicle: VEHICLE,
    // Told without work, it could not be asked at all.
    outcome: "failed",
    say: (s) => `asked for ${sayAbout(s)}${underAndFound(s)}`,
  }),
  page: act("enquiry.page", {
    head: "consultation",
    subject: z.object({ ...enquiry, cursor: z.string().nullable().optional() }),
    open: OPEN,
    vehicle: VEHICLE,
    say: (s) => `opened a page of the enquiry for ${sayAbout(s)}${underAndFound(s)}`,
  }),
  list: act("enquiry.list", {
    head: "consultation",
    subject: z.object({
      limit: z.number(),
      /** Those that were asked about. */
      vrms: z.array(z.string()).readonly().optional(),
    }),
    open: [],
    vehicle: ["vrms"],
    say: () => "looked back at past enquiries",
  }),
};
