/** One member of a closed set: its name in the log and the API, and what it means in plain English. */
export interface Meaning<Name extends string> {
  readonly name: Name;
  readonly title: string;
  readonly meaning: string;
}

/** What reads may be used for, and nothing else (INV-7). */
export const PURPOSES = ["national-security", "law-enforcement", "tax-and-duty", "public-interest"] as const;
export type Purpose = (typeof PURPOSES)[number];

export const PURPOSE_MEANINGS: readonly Meaning<Purpose>[] = [
  {
    name: "national-security",
    title: "National security",
    meaning: "Protecting national security and countering terrorism.",
  },
  {
    name: "law-enforcement",
    title: "Law enforcement",
    meaning: "Preventing, investigating, detecting or prosecuting crime.",
  },
  {
    name: "tax-and-duty",
    title: "Tax and duty",
    meaning: "Enforcing a tax or duty, as a last resort and never as routine administration.",
  },
  {
    name: "public-interest",
    title: "Public interest and safety",
    meaning: "A significant public interest, such as the safety of a missing or vulnerable person.",
  },
];

/** How serious the matter is that an enquiry serves (INV-1), and the two uses that are not operational. */
export const LEVELS = [
  "counter-terrorism",
  "major",
  "serious",
  "priority-volume",
  "missing-vulnerable",
  "audit",
  "subject-rights",
] as const;
export type Level = (typeof LEVELS)[number];

export const LEVEL_MEANINGS: readonly Meaning<Level>[] = [
  {
    name: "counter-terrorism",
    title: "Counter-terrorism",
    meaning: "Terrorism and other threats to national security.",
  },
  { name: "major", title: "Major", meaning: "Homicide, kidnap and crimes of similar gravity." },
  {
    name: "serious",
    title: "Serious and complex",
    meaning:
      "Crime with violence, substantial gain or many people in common purpose, or likely to lead to three years or more in prison.",
  },
  {
    name: "priority-volume",
    title: "Priority and volume",
    meaning: "Other crime, such as burglary, vehicle crime and road traffic offences.",
  },
  {
    name: "missing-vulnerable",
    title: "Missing or vulnerable person",
    meaning: "Finding or protecting a person who is missing, vulnerable or at risk.",
  },
  { name: "audit", title: "Audit", meaning: "Checking how the service was used; never operational." },
  {
    name: "subject-rights",
    title: "Subject rights",
    meaning: "Answering a request or complaint from the person concerned; never operational.",
  },
];

export const isPurpose = (text: string): text is Purpose => (PURPOSES as readonly string[]).includes(text);
export const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text);
