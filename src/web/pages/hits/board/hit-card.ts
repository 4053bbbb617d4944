import type { HitView } from "../../../../api/hits/present.ts";
import type { Hit } from "../../../../hit/hit.ts";
import { displayVrm } from "../../../../read/vrm-class.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { saySince } from "../../../words/entry-since.ts";
import { sayRoadBeyondName } from "../../../words/road.ts";
import { sayElsewhere } from "../../../words/two-places.ts";
import { compareVehicles, sayVehicleAndCountry } from "../../../words/vehicle.ts";

/** One hit as its card on the board says it; made the same way by the server and by the island. */
export interface HitCard {
  readonly id: string;
  readonly priority: string;
  /** Epoch milliseconds of capture. */
  readonly captured: number;
  readonly vrm: string;
  readonly site: string;
  readonly road: string;
  readonly clock: string;
  readonly iso: string;
  readonly utc: string;
  readonly list: string;
  readonly reason: string;
  /** What became of the entry since; empty while it stands. It goes before the instruction, which is what was. */
  readonly since: string;
  /** That the mark was somewhere else as well; empty where it was not. */
  readonly elsewhere: string;
  readonly instruction: string;
  readonly warnings: string;
  readonly expected: string;
  readonly seen: string;
  /** What does not agree, `Colour differs`; empty when nothing is known to differ. */
  readonly differs: string;
  readonly href: string;
  readonly acknowledge: string;
  /** Addresses of the images; empty where the hit has none. */
  readonly patch: string;
  readonly overview: string;
}

/** The card of a hit, from the room or as the stream gave it. */
export function cardOf(hit: Hit | HitView): HitCard {
  const id = String(hit.id);
  const since = saySince(hit.entry.since);
  const captured = new Date(hit.captured).getTime();
  const time = sayTime(captured);
  const differs = compareVehicles(hit.expected, hit.seen).filter(({ verdict }) => verdict === "differs");
  const image = (kind: "patch" | "overview"): string =>
    hit.images.includes(kind) ? paths.hitImage(id, kind) : "";
  return {
    id,
    priority: hit.priority,
    captured,
    vrm: displayVrm(hit.vrm),
    site: hit.nrd.name,
    road: sayRoadBeyondName(hit.nrd),
    clock: time.clock,
    iso: time.iso,
    utc: time.utc,
    list: hit.list.name,
    reason: hit.entry.reason,
    since,
    elsewhere: sayElsewhere(hit.captured, hit.elsewhere),
    instruction: since === "" ? hit.entry.instruction : `Was: ${hit.entry.instruction}`,
    warnings: hit.warnings ?? "",
    expected: sayVehicleAndCountry(hit.expected) || "not stated",
    seen: sayVehicleAndCountry(hit.seen) || "not known",
    differs:
      differs.length === 0
        ? ""
        : `${differs.map(({ what }, n) => (n === 0 ? what : what.toLowerCase())).join(" and ")} ${differs.length === 1 ? "differs" : "differ"}`,
    href: paths.hit(id),
    acknowledge: paths.hitAcknowledge(id),
    patch: image("patch"),
    overview: image("overview"),
  };
}
