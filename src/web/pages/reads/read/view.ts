import type { ReadInFull } from "../../../../enquiry/found-read.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { displayVrm } from "../../../../read/vrm-class.ts";
import type { Outline } from "../../../map/outline.ts";
import { siteMap } from "../../../map/site-map.ts";
import { paths } from "../../../paths.ts";
import type { WebParts } from "../../../web-parts.ts";
import { sayAge } from "../../../words/age.ts";
import { sayCertainty } from "../../../words/certainty.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayMark } from "../../../words/mark.ts";
import { sayRoad } from "../../../words/road.ts";
import { sayVehicle } from "../../../words/vehicle.ts";
import { sayBasis } from "../../enquiries/enquiry/view.ts";
import type { Caller } from "../../../../identity/caller.ts";

const TIME_WORDS: Readonly<Record<string, string>> = {
  utc: "The camera gave the time in UTC.",
  offset: "The camera gave the time with its offset from UTC.",
  "local-assumed": "The camera gave no time zone; UK time was assumed.",
  "receive-fallback": "The camera gave no usable time; this is when the read arrived.",
};
const LATENESS_WORDS: Readonly<Record<string, string>> = {
  prompt: "arrived promptly",
  delayed: "arrived with a delay",
  late: "arrived late",
  breach: "arrived later than the rules allow",
};
const DIRECTION_WORDS: Readonly<Record<string, string>> = {
  towards: "towards the camera: the front plate",
  away: "away from the camera: the rear plate",
  unknown: "not known",
};

/** Everything known about a read, in words (INV-9). */
export function readView(
  read: ReadInFull,
  outline: Outline,
  caller: Caller,
  pack: WebParts["pack"],
  enquiry?: string,
) {
  const vrm = read.vrm === null ? "No VRM" : displayVrm(read.vrm);
  const delay = sayAge(read.received - read.captured);
  return {
    pageTitle: `Read of ${vrm}`,
    read,
    rules: sayBasis(read.grant.rules, pack),
    vrm,
    captured: sayTime(read.captured),
    received: sayTime(read.received),
    lateness: `${LATENESS_WORDS[read.lateness] ?? read.lateness}, ${delay} after capture`,
    timeQuality: TIME_WORDS[read.timeQuality] ?? read.timeQuality,
    direction: DIRECTION_WORDS[read.direction] ?? read.direction,
    certainty: sayCertainty(read.confidence),
    vehicle: sayVehicle(read) || "The camera did not say",
    patch: read.images.includes("patch") ? paths.readImage(read.id, "patch") : "",
    overview: read.images.includes("overview") ? paths.readImage(read.id, "overview") : "",
    map: siteMap(
      outline,
      [{ ...read.position, name: read.nrd.name, weight: 1 }],
      `Where it was seen: ${read.nrd.name}`,
    ),
    mark: sayMark(read.vrmStyle),
    road: sayRoad(read.nrd),
    back: enquiry === undefined ? "" : paths.enquiry(enquiry),
    nrdHref: paths.nrd(read.nrd.id),
    askMore:
      read.vrm !== null && mayDo(caller.roles, "enquiry.ask")
        ? paths.enquiries({ kind: "vrm", vrm: read.vrm })
        : "",
  };
}
