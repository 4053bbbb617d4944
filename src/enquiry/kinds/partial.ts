import { z } from "zod";
import { mayFitPattern } from "../../read/unread.ts";
import { foldPattern } from "../../read/vrm-pattern.ts";
import { fitsPattern, givenCharacters, isPattern } from "./pattern.ts";
import { PERIOD, type EnquiryKind } from "./kind.ts";

const record = z.object({ kind: z.literal("partial"), pattern: z.string(), ...PERIOD });

/** What a witness remembers of a VRM: `?` stands for one character, `*` for any run. */
export const partialKind: EnquiryKind<Readonly<z.infer<typeof record>>> = {
  name: "partial",
  title: "Part of a VRM",
  body: z.object({
    kind: z.literal("partial"),
    pattern: z.string().min(1).max(32).describe("`?` one character, `*` any"),
  }),
  record,
  vehicle: ["pattern"],
  check(question, _nrds, wrong) {
    const folded = foldPattern(question.pattern);
    if (folded.kind === "invalid") {
      wrong("pattern", "PATTERN_INVALID", folded.why);
      return question;
    }
    const { pattern } = folded;
    const hint =
      "Use letters, digits, ? for one unknown character and * for any number, 12 characters or fewer.";
    if (!isPattern(pattern)) wrong("pattern", "PATTERN_INVALID", hint);
    return { ...question, pattern };
  },
  facts: ({ pattern }) => ({ measures: { givenCharacters: givenCharacters(pattern) } }),
  search: (reads, grant, { pattern, from, to }, page) =>
    reads.byPattern(grant, { pattern, from, to, ...page }),
  covers: ({ pattern }, { vrm, sent }) =>
    vrm === null ? mayFitPattern(pattern, sent) : fitsPattern(pattern, vrm),
  entry: ({ pattern }) => ({ pattern }),
  say: ({ pattern }) => `VRMs like ${pattern}`,
  sayBriefly: ({ pattern }) => (pattern === "" ? "Part of a VRM, now deleted" : `VRMs like ${pattern}`),
};
