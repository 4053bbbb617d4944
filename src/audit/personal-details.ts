import { Problem, type InputError } from "../errors.ts";

/** Members of a subject in which a person writes freely, and which the log keeps for years. */
const WRITTEN = ["reason", "note", "purpose"] as const;

const DATE = String.raw`\d{1,2}(?:st|nd|rd|th)?[ ./-](?:\d{1,2}|[a-z]{3,9})[ ./,-]{1,2}(?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}`;
const BIRTH = new RegExp(
  String.raw`\b(?:born|birth|dob|d\.o\.b\.?)\b.{0,20}?(?:${DATE}|\b(?:19|20)\d{2}\b)|(?:${DATE}).{0,10}\b(?:dob|d\.o\.b\.?)`,
  "i",
);
const FULL_DATE = /\b(?:\d{1,2}[ ./-]\d{1,2}[ ./-](\d{4})|(\d{4})-\d{2}-\d{2})\b/g;
const TELEPHONE = /(?<![\w/+-])(?:\+\d{1,3}[\s-]?(?:\(0\)[\s-]?)?|\(?0)\d\)?(?:[\s-]?\d){8,10}(?![\w/-])/;
const POSTCODE = /\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?(?!\d(?:st|nd|rd|th|am|pm)\b)\d[A-Z]{2})\b/i;
const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/;
const TITLED_NAME = /\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? +\p{Lu}[\p{L}'-]+/u;
const STREET =
  /\b\d{1,4}[a-z]?,? +(?:\p{L}[\p{L}'-]* +){1,3}(?:street|st|road|rd|lane|avenue|ave|close|drive|way|court|crescent|terrace|place|gardens|grove|row|hill)\b/iu;

/** A full date so many years ago is taken for somebody's birthday: hardly any case is as old, and most people are older. */
const BIRTHDAY_YEARS = 12;

/**
 * What of a text tells who somebody is: a date of birth, a telephone number, a postcode, an e-mail address, or a person's name
 * with their address. Undefined where nothing does. Marks of vehicles are none of these.
 */
export function personalDetailIn(text: string, now: Date = new Date()): string | undefined {
  if (BIRTH.test(text) || hasOldDate(text, now)) return "a date of birth";
  if (EMAIL.test(text)) return "an e-mail address";
  if (TELEPHONE.test(text)) return "a telephone number";
  if (POSTCODE.test(text)) return "a postcode";
  if (TITLED_NAME.test(text) && STREET.test(text)) return "a person’s name and address";
  return undefined;
}

function hasOldDate(text: string, now: Date): boolean {
  const years = [...text.matchAll(FULL_DATE)].map(([, last, first]) => Number(last ?? first));
  return years.some((year) => year >= 1900 && year <= now.getUTCFullYear() - BIRTHDAY_YEARS);
}

/** What to do about a personal detail that was typed where the log would keep it. */
export const sayPersonalDetail = (what: string): string =>
  `This has what looks like ${what}. Keep who it is about in the case system, and give its reference here: say what is ` +
  `investigated and why, without dates of birth, addresses, telephone numbers or e-mail addresses.`;

/** Names of members in which somebody wrote a personal detail, with what is wrong and what to do. */
export const personalDetailsOf = (subject: Readonly<Record<string, unknown>>): readonly InputError[] =>
  WRITTEN.flatMap((path) => {
    const text = subject[path];
    const what = typeof text === "string" ? personalDetailIn(text) : undefined;
    return what === undefined ? [] : [{ path, code: "PERSONAL_DETAILS", message: sayPersonalDetail(what) }];
  });

/** A subject as the log may have it: without texts that hold a personal detail. */
export function withoutPersonalDetails<Subject extends object>(subject: Subject): Subject {
  const errors = personalDetailsOf(subject as Readonly<Record<string, unknown>>);
  return { ...subject, ...Object.fromEntries(errors.map(({ path }) => [path, WITHHELD])) };
}

const WITHHELD = "[not kept: it held personal details]";

export const personalDetailsRefused = (errors: readonly InputError[]): Problem =>
  new Problem("INPUT_INVALID", errors.map(({ message }) => message).join(" "), { errors });
