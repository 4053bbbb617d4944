import { z } from "zod";
import { ENTRY_STATES, PRIORITIES } from "../../../list/list-entry.ts";

const id = z.int();
const point = z.object({ lat: z.number(), lon: z.number() });

/** A row of LIST. */
export const listRow = z.object({
  id,
  name: z.string(),
  organisation: id,
  purpose: z.string(),
  priority: z.enum(PRIORITIES),
  category: z.string(),
  accountable: id,
  state: z.enum(["active", "closed"]),
  createdAt: z.date(),
  entries: z.int(),
});

/** Where an entry applies, as the column holds it. */
export const scopeColumn = z.union([
  z.object({ nrds: z.array(id) }),
  z.object({
    area: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("circle"), centre: point, radiusMetres: z.number() }),
      z.object({ kind: z.literal("polygon"), ring: z.array(point) }),
    ]),
  }),
]);

const texts = {
  reason: z.string(),
  instruction: z.string(),
  priority: z.enum(PRIORITIES),
  make: z.string().nullable(),
  model: z.string().nullable(),
  colour: z.string().nullable(),
  country: z.string().nullable(),
  warnings: z.string().nullable(),
};

/** A row of TEXTS. */
export const textsRow = z.object({ ...texts, replacedBy: id, replacedAt: z.date() });

/** A row of ENTRY. */
export const entryRow = z.object({
  id,
  list: id,
  vrm: z.string(),
  ...texts,
  validFrom: z.date().nullable(),
  validUntil: z.date().nullable(),
  endByPack: z.boolean(),
  scope: scopeColumn.nullable(),
  state: z.enum(ENTRY_STATES),
  createdBy: id,
  createdAt: z.date(),
  changedBy: id.nullable(),
  confirmedBy: id.nullable(),
  confirmedAt: z.date().nullable(),
  endedBy: id.nullable(),
  endedAt: z.date().nullable(),
  endedWhy: z.string().nullable(),
});

export const LIST = `id, name, organisation_id as organisation, purpose, priority, category, accountable, state,
  created_at as "createdAt", (select count(*) from list_entry where list_id = list.id and list_entry.state = 'active') as entries`;
export const ENTRY = `id, list_id as list, vrm, reason, instruction, priority, make, model, colour, country, warnings,
  valid_from as "validFrom", valid_until as "validUntil", end_by_pack as "endByPack", scope, state, created_by as "createdBy",
  created_at as "createdAt", changed_by as "changedBy", confirmed_by as "confirmedBy", confirmed_at as "confirmedAt", ended_by as "endedBy", ended_at as "endedAt", ended_why as "endedWhy"`;
export const TEXTS = `reason, instruction, priority, make, model, colour, country, warnings, replaced_by as "replacedBy",
  replaced_at as "replacedAt"`;
