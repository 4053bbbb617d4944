import { normaliseVrm } from "../../read/vrm.ts";
import type { Step } from "../passage.ts";

/** Finds the VRM in what was sent. A no-read or another script is a passage without a VRM; what cannot be one is refused. */
export const readVrm = (): Step => ({
  name: "read-vrm",
  judge: (passage) => {
    const found = normaliseVrm(passage.capture.vrm);
    if (found.kind === "invalid")
      return { verdict: "refused", code: "VRM_INVALID", path: "vrm", message: found.why };
    passage.vrm = found.kind === "vrm" ? found.vrm : null;
    return null;
  },
});
