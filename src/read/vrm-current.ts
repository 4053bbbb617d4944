const MONTHS = { march: "1 March", september: "1 September" } as const;

/** Whether a mark of the current shape (AB51 ABC) could have been issued, and what is wrong where not. */
export type CurrentVerdict =
  | { readonly kind: "issued"; readonly personalExport: boolean }
  | { readonly kind: "fault"; readonly why: string };

const fault = (why: string): CurrentVerdict => ({ kind: "fault", why });

/**
 * Judges the parts of a mark of the current GB style: memory tag, age identifier, last three letters
 * (DVLA leaflet INF104). `vrm` has the shape LLDDLLL; `on` is the day by which it must have been issued.
 */
export function judgeCurrent(vrm: string, on: Date): CurrentVerdict {
  const tag = vrm.slice(0, 2);
  const age = vrm.slice(2, 4);
  const never = /[IQZ]/.exec(tag);
  if (never) return fault(`The letter ${never[0]} is never used in the first two letters.`);
  if (/[IQ]/.test(vrm.slice(4)))
    return fault("The letters I and Q are never used in the last three letters.");
  if (/^[JU]/.test(tag)) return fault(`No mark of the current style begins with ${tag[0]}.`);
  if (/^X[^A-F]/.test(tag))
    return fault("Of the marks that begin with X only XA to XF are used, for personal export.");
  if (tag === "MN") return fault("The letters MN are left to the Isle of Man.");
  if (tag.startsWith("T") && !(/^T[NKF]$/.test(tag) && /^[05]7$/.test(age))) {
    return fault("Marks that begin with T were issued only in 2007, as TN, TK and TF.");
  }
  if (age === "01") return fault("The age identifier 01 was never used; the style began with 51.");
  const release = firstDay(Number(age));
  if (on.getTime() < release.at) {
    return fault(`The age identifier ${age} has not been issued: it starts on ${release.words}.`);
  }
  return { kind: "issued", personalExport: tag.startsWith("X") };
}

/** 02 to 50 are the March releases of 2002 to 2050; 51 to 99 and then 00 the September ones of 2001 to 2050. */
function firstDay(age: number): { at: number; words: string } {
  const march = age >= 2 && age <= 50;
  const year = march ? 2000 + age : 1950 + (age === 0 ? 100 : age);
  return {
    at: Date.UTC(year, march ? 2 : 8, 1),
    words: `${march ? MONTHS.march : MONTHS.september} ${year}`,
  };
}
