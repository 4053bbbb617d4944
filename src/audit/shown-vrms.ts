/**
 * The VRMs that a look showed, each once and in order: whoever audits a vehicle finds by them every look that showed it, a list or
 * a place as well as an enquiry about it (AUD-6). They go with the reads (RET-9).
 */
export const shownVrms = (shown: Iterable<{ readonly vrm: string | null }>): readonly string[] =>
  [...new Set([...shown].flatMap(({ vrm }) => (vrm === null || vrm === "" ? [] : [vrm])))].sort();
