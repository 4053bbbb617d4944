import type { Level, Purpose } from "../../policy/purpose.ts";
import type { Role } from "../../policy/roles.ts";

/** The demo's organisations; the estate brings the forces that own its NRDs. All of it is invented. */
export const FIRST_ORGANISATION = "Midshire Constabulary";
export const SECOND_ORGANISATION = "Northmoor Police";
export const REGULATOR = "Office of the Information Commissioner";

/** One demo person; all are vetted and trained. */
interface DemoPerson {
  readonly username: string;
  readonly fullName: string;
  readonly role: Role;
  readonly organisation: string;
  readonly rank?: string;
  readonly covert?: boolean;
}

/** One person a role, and a few of the second organisation (INTERFACES 4). */
export const PEOPLE: readonly DemoPerson[] = [
  { username: "operator", fullName: "Olu Adeyemi", role: "operator", organisation: FIRST_ORGANISATION },
  {
    username: "investigator",
    fullName: "Ines Whitlock",
    role: "investigator",
    organisation: FIRST_ORGANISATION,
  },
  {
    username: "investigator2",
    fullName: "Iain Murchie",
    role: "investigator",
    organisation: SECOND_ORGANISATION,
  },
  { username: "analyst", fullName: "Anya Petrov", role: "analyst", organisation: FIRST_ORGANISATION },
  { username: "listmanager", fullName: "Leah Brandt", role: "listmanager", organisation: FIRST_ORGANISATION },
  {
    username: "listchecker",
    fullName: "Lowenna Birch",
    role: "listmanager",
    organisation: FIRST_ORGANISATION,
  },
  {
    username: "authoriser",
    fullName: "Superintendent Asha Rao",
    role: "authoriser",
    organisation: FIRST_ORGANISATION,
    rank: "superintendent",
  },
  {
    username: "authoriser2",
    fullName: "Inspector Aled Vaughan",
    role: "authoriser",
    organisation: SECOND_ORGANISATION,
    rank: "inspector",
  },
  {
    username: "supervisor",
    fullName: "Sergeant Sunita Gill",
    role: "supervisor",
    organisation: FIRST_ORGANISATION,
    rank: "sergeant",
  },
  { username: "estate", fullName: "Evan Pritchard", role: "estate", organisation: FIRST_ORGANISATION },
  { username: "auditor", fullName: "Aidan Kerr", role: "auditor", organisation: FIRST_ORGANISATION },
  {
    username: "nationalauditor",
    fullName: "Nadia Osei",
    role: "nationalauditor",
    organisation: SECOND_ORGANISATION,
  },
  { username: "dpo", fullName: "Dora Penhale", role: "dpo", organisation: FIRST_ORGANISATION },
  { username: "dpo2", fullName: "Dewi Marsh", role: "dpo", organisation: SECOND_ORGANISATION },
  {
    username: "commissioner",
    fullName: "Cora Llewellyn",
    role: "commissioner",
    organisation: REGULATOR,
  },
  { username: "admin", fullName: "Adam Ferris", role: "admin", organisation: FIRST_ORGANISATION },
  {
    username: "nationaladmin",
    fullName: "Nora Quill",
    role: "nationaladmin",
    organisation: SECOND_ORGANISATION,
  },
];

type Priority = "high" | "medium" | "low";

/** One vehicle of interest, as invented as the rest. */
export interface DemoEntry {
  readonly vrm: string;
  readonly reason: string;
  readonly instruction: string;
  readonly priority: Priority;
  readonly make?: string;
  readonly model?: string;
  readonly colour?: string;
  readonly warnings?: string;
}

export interface DemoList {
  readonly name: string;
  readonly purpose: string;
  readonly category: string;
  readonly priority: Priority;
  readonly entries: readonly DemoEntry[];
}

/** Uninsured vehicles, as bulk lists have them: a mark and what it should look like. */
const UNINSURED: readonly (readonly [vrm: string, make: string, model: string, colour: string])[] = [
  ["DU09KHP", "PEUGEOT", "207", "SILVER"],
  ["CN60YTE", "RENAULT", "CLIO", "RED"],
  ["EF57GDC", "TOYOTA", "YARIS", "BLUE"],
  ["PL12BXK", "FORD", "FOCUS", "BLACK"],
  ["NJ14VWE", "VAUXHALL", "ASTRA", "SILVER"],
  ["OV63HTR", "FORD", "FIESTA", "BLUE"],
  ["RX11PMZ", "CITROEN", "C3", "WHITE"],
  ["SF59LKJ", "VOLKSWAGEN", "POLO", "BLACK"],
  ["WR16CVB", "NISSAN", "JUKE", "RED"],
  ["YD08ASF", "HONDA", "JAZZ", "GREY"],
  ["BN64URE", "KIA", "PICANTO", "WHITE"],
  ["FE10XOM", "SKODA", "FABIA", "GREEN"],
  ["GK65DYL", "HYUNDAI", "I10", "SILVER"],
  ["LT58JPW", "MAZDA", "3", "BLUE"],
  ["MW13EKO", "FORD", "MONDEO", "GREY"],
  ["PO18TRN", "VAUXHALL", "MOKKA", "BROWN"],
  ["VX07BHS", "BMW", "3 SERIES", "BLACK"],
  ["AJ71RFT", "TESLA", "MODEL 3", "WHITE"],
];

/** The demo's lists. The simulator is told to keep the exact VRMs on the road. */
export const LISTS: readonly DemoList[] = [
  {
    name: "Missing and vulnerable",
    purpose: "Find people at risk of harm",
    category: "missing-person",
    priority: "high",
    entries: [
      {
        vrm: "WA19HKL",
        reason: "High-risk missing person, left home 06:10",
        instruction: "Stop, check welfare, call control",
        priority: "high",
        make: "VAUXHALL",
        model: "CORSA",
        colour: "BLUE",
      },
      {
        vrm: "YK66OBD",
        reason: "Missing child believed to be passenger",
        instruction: "Stop, check welfare, call control",
        priority: "high",
        make: "FORD",
        model: "FIESTA",
        colour: "WHITE",
      },
      {
        vrm: "SN17XTP",
        reason: "Driver may be suicidal",
        instruction: "Locate and follow; ambulance to be called",
        priority: "high",
        make: "NISSAN",
        model: "QASHQAI",
        colour: "GREY",
        warnings: "Suicidal",
      },
    ],
  },
  {
    name: "Stolen vehicles",
    purpose: "Recover vehicles reported stolen",
    category: "stolen",
    priority: "medium",
    entries: [
      {
        vrm: "LC21VBN",
        reason: "Stolen overnight, keys taken in burglary",
        instruction: "Stop and secure vehicle",
        priority: "medium",
        make: "BMW",
        model: "X5",
        colour: "BLACK",
      },
      {
        vrm: "MA70CFG",
        reason: "Stolen, false plates possible",
        instruction: "Stop; check chassis number",
        priority: "medium",
        make: "LAND ROVER",
        model: "RANGE ROVER",
        colour: "GREY",
      },
      {
        vrm: "BD68JUY",
        reason: "Stolen from dealership",
        instruction: "Stop and secure vehicle",
        priority: "medium",
        make: "AUDI",
        model: "A3",
        colour: "WHITE",
      },
      {
        vrm: "KP15EWR",
        reason: "Van stolen with tools",
        instruction: "Stop and secure vehicle",
        priority: "medium",
        make: "FORD",
        model: "TRANSIT",
        colour: "WHITE",
      },
      {
        vrm: "GJ22LMO",
        reason: "Taken in robbery, two suspects",
        instruction: "Do not stop alone; armed response informed",
        priority: "high",
        make: "MERCEDES-BENZ",
        model: "C CLASS",
        colour: "SILVER",
        warnings: "Violent, weapons",
      },
      {
        vrm: "R417TNB",
        reason: "Stolen classic",
        instruction: "Stop and secure vehicle",
        priority: "low",
        make: "ROVER",
        model: "MINI",
        colour: "GREEN",
      },
    ],
  },
  {
    name: "Operation Wren",
    purpose: "Disrupt drug supply from two towns; deployment approved for this week",
    category: "serious-crime",
    priority: "medium",
    entries: [
      {
        vrm: "VE18ZKA",
        reason: "Believed to carry Class A to Midshire",
        instruction: "Do not stop. Report place and direction",
        priority: "medium",
        make: "VOLKSWAGEN",
        model: "GOLF",
        colour: "GREY",
      },
      {
        vrm: "AK13DSV",
        reason: "Courier vehicle",
        instruction: "Do not stop. Report place and direction",
        priority: "medium",
        make: "SEAT",
        model: "LEON",
        colour: "RED",
      },
      {
        vrm: "HV72RAX",
        reason: "Hired under a false name",
        instruction: "Report place and direction",
        priority: "low",
        make: "KIA",
        model: "SPORTAGE",
        colour: "BLUE",
      },
      {
        vrm: "FX?9PLT",
        reason: "Partial VRM from a witness",
        instruction: "Check images, report if a dark hatchback",
        priority: "low",
        colour: "BLACK",
      },
    ],
  },
  {
    name: "No insurance",
    purpose: "Remove uninsured vehicles from the road",
    category: "road-safety",
    priority: "low",
    entries: UNINSURED.map(([vrm, make, model, colour]) => ({
      vrm,
      reason: "No insurance held",
      instruction: "Stop if a unit is free",
      priority: "low",
      make,
      model,
      colour,
    })),
  },
];

/** The vehicles that the simulator keeps driving, as it takes them: `VRM/make/model/colour`. */
export const WATCHED: readonly string[] = LISTS.flatMap(({ entries }) => entries)
  .filter(({ vrm }) => !/[?*]/.test(vrm))
  .map(({ vrm, make = "", model = "", colour = "" }) => [vrm, make, model, colour].join("/"));

/** One demo authority. `waits` is not decided yet, `oral` was said and not confirmed in writing yet. */
export interface DemoAuthority {
  readonly reference: string;
  readonly organisation: string;
  readonly purpose: Purpose;
  readonly level: Level;
  readonly reason: string;
  readonly vrms: readonly string[] | null;
  readonly askedBy: string;
  readonly decidedBy: string;
  readonly state: "approved" | "waits" | "oral";
}

/** The first of each organisation is for any vehicle and place, so that every enquiry of the demo can be tried. */
export const AUTHORITIES: readonly DemoAuthority[] = [
  {
    reference: "MID-2026-0417",
    organisation: FIRST_ORGANISATION,
    purpose: "law-enforcement",
    level: "serious",
    reason:
      "Burglaries of rural post offices using a stolen vehicle that changes plates. We need its route before and after each one",
    vrms: null,
    askedBy: "investigator",
    decidedBy: "authoriser",
    state: "approved",
  },
  {
    reference: "NOR-2026-0093",
    organisation: SECOND_ORGANISATION,
    purpose: "law-enforcement",
    level: "major",
    reason:
      "Murder at a lorry park. Vehicles that left within the hour need to be traced and their drivers interviewed as witnesses",
    vrms: null,
    askedBy: "investigator2",
    decidedBy: "authoriser2",
    state: "approved",
  },
  {
    reference: "MID-2026-0425",
    organisation: FIRST_ORGANISATION,
    purpose: "law-enforcement",
    level: "serious",
    reason:
      "Class A supply between two towns. The courier's car is known, and its journeys since the summer should show the source",
    vrms: ["AK13DSV", "VE18ZKA"],
    askedBy: "investigator",
    decidedBy: "authoriser",
    state: "approved",
  },
  {
    reference: "MID-2026-0431",
    organisation: FIRST_ORGANISATION,
    purpose: "law-enforcement",
    level: "serious",
    reason:
      "Armed robbery of a jeweller; the getaway car was hired under a false name and its journeys that month are to show where it was kept",
    vrms: ["HV72RAX"],
    askedBy: "investigator",
    decidedBy: "authoriser",
    state: "waits",
  },
  {
    reference: "MID-2026-0433",
    organisation: FIRST_ORGANISATION,
    purpose: "public-interest",
    level: "missing-vulnerable",
    reason:
      "High-risk missing person who left home by car this morning; where the car went is to direct the search",
    vrms: ["WA19HKL"],
    askedBy: "analyst",
    decidedBy: "authoriser",
    state: "oral",
  },
];
