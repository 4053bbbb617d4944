import { z } from "zod";
import { displayVrm } from "../../read/vrm-class.ts";
import { normaliseVrm } from "../../read/vrm.ts";
import { PERIOD, type EnquiryKind } from "./kind.ts";

const record = z.object({ kind: z.literal("vrm"), vrm: z.string(), ...PERIOD });

/** Where one vehicle was: every read of exactly this VRM. */
export const vrmKind: EnquiryKind<Readonly<z.infer<typeof record>>> = {
  name: "vrm",
  title: "A VRM",
  body: z.object({ kind: z.literal("vrm"), vrm: z.string().min(1).max(32) }),
  record,
  vehicle: ["vrm"],
  check(question, _nrds, wrong) {
    const found = normaliseVrm(question.vrm);
    if (found.kind === "vrm") return { ...question, vrm: found.vrm };
    const why = "why" in found ? found.why : "Enter a VRM, for example AB12 CDE.";
    wrong("vrm", "VRM_INVALID", why);
    return question;
  },
  facts: ({ vrm }) => ({ vrm, measures: {} }),
  search: (reads, grant, { vrm, from, to }, page) => reads.byVrm(grant, { vrm, from, to, ...page }),
  covers: ({ vrm }, read) => read.vrm === vrm,
  entry: ({ vrm }) => ({ vrm }),
  say: ({ vrm }) => `Where ${displayVrm(vrm)} was read`,
  sayBriefly: ({ vrm }) => (vrm === "" ? "A VRM, now deleted" : displayVrm(vrm)),
};
