import type { Part } from "../multipart.ts";
import type { AnnouncedPicture } from "./event.ts";

/** The pictures of one read. */
export interface Pictures {
  readonly patch?: Buffer;
  readonly overview?: Buffer;
}

/** By picture type, and, without one, by what the file is called; a vehicle picture is a crop and neither. */
function kindOf(type: string): keyof Pictures | null {
  const name = type.toLowerCase();
  if (name.includes("licenseplatepicture")) return "patch";
  if (name.includes("detectionpicture")) return "overview";
  return null;
}

function announcedAs(part: Part, announced: readonly AnnouncedPicture[]): string {
  const names = [part.name, part.fileName, part.contentId].filter((name) => name !== "");
  const picture =
    announced.find(({ id }) => id !== "" && names.includes(id)) ??
    announced.find(({ fileName }) => fileName !== "" && names.includes(fileName));
  return picture?.type ?? names.join(" ");
}

/**
 * Finds the plate patch and the overview among the parts: by the event's picture list (`pId`, then `fileName`), then by the
 * parts' own names (PROTOCOLS 2). Empty parts are normal; whether the others are pictures is found out later.
 */
export function pairPictures(parts: readonly Part[], announced: readonly AnnouncedPicture[]): Pictures {
  const pictures: { patch?: Buffer; overview?: Buffer } = {};
  for (const part of parts) {
    if (part.body.length === 0) continue;
    const kind = kindOf(announcedAs(part, announced));
    if (kind !== null) pictures[kind] ??= part.body;
  }
  return pictures;
}
