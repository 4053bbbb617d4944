const MARKS: Readonly<Record<string, string>> = {
  current: "current style, issued since 2001",
  prefix: "prefix style, 1983 to 2001",
  suffix: "suffix style, 1963 to 1983",
  dateless: "dateless style, before 1963",
  "northern-ireland": "Northern Ireland",
  q: "Q: age or identity in doubt",
  trade: "trade plate",
  diplomatic: "diplomatic",
  military: "military",
  "personal-export": "personal export",
  "isle-of-man": "Isle of Man",
  jersey: "Jersey",
  guernsey: "Guernsey",
  alderney: "Alderney",
  gibraltar: "Gibraltar",
  foreign: "foreign",
  none: "no known style",
};

/** The kind of mark in words, going by its characters only. */
export const sayMark = (style: string): string =>
  style
    .split(/,\s*/)
    .map((one) => MARKS[one] ?? one)
    .join("; or ");
