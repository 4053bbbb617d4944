import { Problem, type InputError } from "../errors.ts";
import { isPosition } from "../read/position.ts";
import { normaliseVrm } from "../read/vrm.ts";
import { isPattern } from "./pattern.ts";
import type { NrdNames } from "./present-read.ts";
import type { Question } from "./question.ts";

/** Of many NRDs that are not in the register, so many are named. */
const MOST_NAMED = 20;

/**
 * The question with its VRM or pattern normalised. Its NRDs must be in the register, `nrds`.
 * @throws Problem INPUT_INVALID that names every field that is wrong and what to do.
 */
export function checkQuestion(question: Question, nrds: NrdNames): Question {
  const errors: InputError[] = [];
  const wrong = (path: string, code: string, message: string): void => {
    errors.push({ path, code, message });
  };
  if (!(question.to > question.from)) wrong("to", "PERIOD_INVALID", "The end must be later than the start.");
  const checked = checkSubject(question, nrds, wrong);
  if (errors.length > 0)
    throw new Problem("INPUT_INVALID", "The question cannot be asked like this.", { errors });
  return checked;
}

function checkSubject(
  question: Question,
  register: NrdNames,
  wrong: (path: string, code: string, message: string) => void,
): Question {
  switch (question.kind) {
    case "vrm": {
      const found = normaliseVrm(question.vrm);
      if (found.kind === "vrm") return { ...question, vrm: found.vrm };
      wrong(
        "vrm",
        "VRM_INVALID",
        found.kind === "invalid" ? found.why : "Enter a VRM, for example AB12 CDE.",
      );
      return question;
    }
    case "partial": {
      const pattern = question.pattern.replace(/[\s-]/g, "").toUpperCase();
      if (!isPattern(pattern)) {
        wrong(
          "pattern",
          "PATTERN_INVALID",
          "Use letters, digits, ? for one character and * for any run, at most 12 in all.",
        );
      }
      return { ...question, pattern };
    }
    case "place": {
      const { nrds, area } = question;
      if (nrds.length === 0 && area === null)
        wrong("nrds", "PLACE_MISSING", "Name at least one NRD, or an area.");
      for (const [index, nrd] of [...nrds.entries()]
        .filter(([, id]) => !register.byId(id))
        .slice(0, MOST_NAMED)) {
        wrong(`nrds.${index}`, "NRD_UNKNOWN", `The register has no NRD ${nrd}. Give ids from the register.`);
      }
      if (
        area?.kind === "circle" &&
        !(isPosition(area.centre.lat, area.centre.lon) && area.radiusMetres > 0)
      ) {
        wrong("area", "AREA_INVALID", "Give the centre in decimal degrees and a radius above zero metres.");
      }
      if (
        area?.kind === "polygon" &&
        !(area.ring.length >= 3 && area.ring.every(({ lat, lon }) => isPosition(lat, lon)))
      ) {
        wrong("area", "AREA_INVALID", "Give at least three corners in decimal degrees.");
      }
      return question;
    }
  }
}

/** The radius in metres that the pack's limit is held against; a polygon's is half its diagonal. */
export function radiusOf(question: Question): number | undefined {
  if (question.kind !== "place" || question.area === null) return undefined;
  if (question.area.kind === "circle") return question.area.radiusMetres;
  const lats = question.area.ring.map(({ lat }) => lat);
  const lons = question.area.ring.map(({ lon }) => lon);
  const middle = (Math.min(...lats) + Math.max(...lats)) / 2;
  const north = (Math.max(...lats) - Math.min(...lats)) * 111_195;
  const east = (Math.max(...lons) - Math.min(...lons)) * 111_195 * Math.cos((middle * Math.PI) / 180);
  return Math.hypot(north, east) / 2;
}
