import { judgeCurrent } from "./vrm-current.ts";
import { CURRENT_SHAPE, FOREIGN_SHAPES, SHAPES, type VrmClass } from "./vrm-formats.ts";
import { whyNoUkShape } from "./vrm-why.ts";

/** What kinds of mark a VRM may be, going by its characters only. */
export interface VrmClassification {
  /** At least one; several where kinds share a shape. `none` stands alone. */
  readonly classes: readonly VrmClass[];
  /** At least one class is a UK, Crown dependency or Gibraltar one. Never a reason to refuse a read. */
  readonly validUk: boolean;
  /** Present where `validUk` is false: a sentence that says why. */
  readonly why?: string;
}

/** What else is known about the mark. */
export interface VrmContext {
  /** Letters were folded from another script, which no UK plate shows. */
  readonly folded?: boolean;
  /** ISO 3166-1 alpha-2, as the device says; a hint, so UK classes are kept beside `foreign`. */
  readonly country?: string;
  /** The day by which a mark of the current style must have been issued; now, when absent. */
  readonly on?: Date;
}

/** Great Britain and Northern Ireland, the Crown dependencies and Gibraltar. */
const HOME = new Set(["GB", "IM", "JE", "GG", "GI"]);

/**
 * Classifies a normalised VRM. Never throws; text that is no VRM is `none`.
 * Facts: DVLA INF104, SI 2001/561 and the published series of the islands; see vrm-formats.ts.
 */
export function classifyVrm(vrm: string, context: VrmContext = {}): VrmClassification {
  if (context.folded === true) {
    return { classes: ["foreign"], validUk: false, why: "Its letters are of another script than Latin." };
  }
  const abroad = context.country !== undefined && !HOME.has(context.country);
  const classes = new Set<VrmClass>(abroad ? ["foreign"] : []);
  let why: string | undefined;
  if (CURRENT_SHAPE.test(vrm)) {
    const verdict = judgeCurrent(vrm, context.on ?? new Date());
    if (verdict.kind === "fault") why = verdict.why;
    else classes.add(verdict.personalExport ? "personal-export" : "current");
  }
  for (const [name, shape] of SHAPES) if (shape.test(vrm)) classes.add(name);
  if (classes.size > (abroad ? 1 : 0)) return { classes: [...classes], validUk: true };

  const looksForeign = context.country === undefined && FOREIGN_SHAPES.some((shape) => shape.test(vrm));
  return {
    classes: [abroad || looksForeign ? "foreign" : "none"],
    validUk: false,
    why: why ?? whyNoUkShape(vrm),
  };
}

/** How each shape is grouped on a plate; the first that fits. */
const GROUPS: readonly RegExp[] = [
  /^([A-Z]{2}\d{2})([A-Z]{3})$/,
  /^([A-Z]\d{1,3})([A-Z]{3})$/,
  /^([A-Z]?MN|MAN)(\d{1,4})([A-Z]?)$/,
  /^(G)(\d{4,5})([A-Z]?)$/,
  /^([A-Z]{3})(\d{1,3}[A-Z])$/,
  /^([A-Z]{2})(\d{2})([A-Z]{2})$/,
  /^(\d{2})([A-Z]{2})(\d{2})$/,
  /^(\d{3})([DX])(\d{3})$/,
  /^([A-Z]{1,3})(\d{1,6})$/,
  /^(\d{1,4})([A-Z]{1,3})$/,
];

/** A VRM with the usual spaces of UK plates, `AB51 ABC`; other shapes as they are. For eyes only, never for matching. */
export function displayVrm(vrm: string): string {
  for (const shape of GROUPS) {
    const groups = shape.exec(vrm);
    if (groups) return groups.slice(1).join(" ").trimEnd();
  }
  return vrm;
}
