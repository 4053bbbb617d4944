import type { Question } from "../../enquiry/question.ts";
import { displayVrm } from "../../read/vrm-class.ts";
import { sayTime } from "./london-time.ts";

/** A question to the archive in words: `Where AB12 CDE was read, from … to …`. */
export function sayQuestion(question: Question): string {
  const period = `from ${sayTime(question.from).short} to ${sayTime(question.to).short}`;
  switch (question.kind) {
    case "vrm":
      return `Where ${displayVrm(question.vrm)} was read, ${period}`;
    case "partial":
      return `VRMs like ${question.pattern}, ${period}`;
    case "place":
      return `What passed ${sayPlaces(question)}, ${period}`;
  }
}

/** What a question is about, as a line of a list has it; a VRM that retention has taken is forgotten here too (RET-1). */
export function sayAbout(question: Question): string {
  switch (question.kind) {
    case "vrm":
      return question.vrm === "" ? "A VRM, forgotten by now" : displayVrm(question.vrm);
    case "partial":
      return question.pattern === "" ? "Part of a VRM, forgotten by now" : `VRMs like ${question.pattern}`;
    case "place":
      return sayPlaces(question);
  }
}

function sayPlaces({ nrds, area }: Extract<Question, { kind: "place" }>): string {
  const cameras = nrds.length === 0 ? [] : [`${nrds.length} ${nrds.length === 1 ? "camera" : "cameras"}`];
  const ground =
    area === null
      ? []
      : [
          area.kind === "circle"
            ? `within ${area.radiusMetres.toLocaleString("en-GB")} m of a point`
            : "within a polygon",
        ];
  return [...cameras, ...ground].join(" and ");
}
