/** ISO 3166-1 alpha-2, all assigned codes. */
const ALPHA_2 = new Set(
  (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ " +
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR " +
    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT " +
    "MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ " +
    "UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
  ).split(" "),
);

/** Alpha-3, numeric and other spellings of the countries whose vehicles are seen on roads here (PROTOCOLS 0.1, 12.3). */
const ALIASES: Readonly<Record<string, string>> = {
  UK: "GB",
  GBR: "GB",
  "826": "GB",
  "UNITED KINGDOM": "GB",
  "GREAT BRITAIN": "GB",
  IRL: "IE",
  "372": "IE",
  IRELAND: "IE",
  JEY: "JE",
  GGY: "GG",
  IMN: "IM",
  GIB: "GI",
  FRA: "FR",
  "250": "FR",
  FRANCE: "FR",
  DEU: "DE",
  "276": "DE",
  GERMANY: "DE",
  NLD: "NL",
  "528": "NL",
  NETHERLANDS: "NL",
  BEL: "BE",
  "056": "BE",
  BELGIUM: "BE",
  LUX: "LU",
  LUXEMBOURG: "LU",
  ESP: "ES",
  "724": "ES",
  SPAIN: "ES",
  PRT: "PT",
  "620": "PT",
  PORTUGAL: "PT",
  ITA: "IT",
  "380": "IT",
  ITALY: "IT",
  CHE: "CH",
  SWITZERLAND: "CH",
  AUT: "AT",
  AUSTRIA: "AT",
  POL: "PL",
  "616": "PL",
  POLAND: "PL",
  CZE: "CZ",
  SVK: "SK",
  SLOVAKIA: "SK",
  SVN: "SI",
  SLOVENIA: "SI",
  HUN: "HU",
  HUNGARY: "HU",
  ROU: "RO",
  "642": "RO",
  ROMANIA: "RO",
  BGR: "BG",
  "100": "BG",
  BULGARIA: "BG",
  LTU: "LT",
  "440": "LT",
  LITHUANIA: "LT",
  LVA: "LV",
  LATVIA: "LV",
  EST: "EE",
  ESTONIA: "EE",
  DNK: "DK",
  DENMARK: "DK",
  SWE: "SE",
  SWEDEN: "SE",
  NOR: "NO",
  NORWAY: "NO",
  FIN: "FI",
  FINLAND: "FI",
  ISL: "IS",
  GRC: "GR",
  GREECE: "GR",
  HRV: "HR",
  CROATIA: "HR",
  SRB: "RS",
  SERBIA: "RS",
  BIH: "BA",
  MNE: "ME",
  MKD: "MK",
  ALB: "AL",
  ALBANIA: "AL",
  MDA: "MD",
  UKR: "UA",
  "804": "UA",
  UKRAINE: "UA",
  BLR: "BY",
  RUS: "RU",
  TUR: "TR",
  TURKEY: "TR",
  CYP: "CY",
  MLT: "MT",
  USA: "US",
  ARE: "AE",
  DXB: "AE",
  THA: "TH",
  CHN: "CN",
  MAR: "MA",
};

/**
 * Folds a country as devices write it (`GBR`, `UK`, `gb`, `826`, `Poland`) to ISO 3166-1 alpha-2.
 * @returns null for anything that is not in the table; a missing country is never guessed.
 */
export function foldCountry(text: string): string | null {
  if (ALPHA_2.has(text)) return text;
  const upper = text.trim().toUpperCase();
  if (ALPHA_2.has(upper)) return upper;
  return Object.hasOwn(ALIASES, upper) ? (ALIASES[upper] as string) : null;
}
