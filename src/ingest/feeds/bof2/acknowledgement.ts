import type { Capture } from "../../../read/capture.ts";
import type { NrdReference } from "../../../read/nrd.ts";

/** The camera's reference in acknowledgements: `feed-source-camera`, or the register's id behind a secret path. */
function urnOf(nrd: NrdReference): string {
  switch (nrd.kind) {
    case "identity":
      return `${nrd.feed}-${nrd.source}-${nrd.camera}`;
    case "id":
      return String(nrd.id);
    case "device":
      return nrd.key;
  }
}

/** `<capture time, epoch ms>!<VRM as sent>!<camera>`: senders keep it and name the capture by it later (PROTOCOLS 1.4). */
export function acknowledgementOf({ captured, vrm, nrd }: Capture): string {
  return `${captured}!${vrm}!${urnOf(nrd)}`;
}
