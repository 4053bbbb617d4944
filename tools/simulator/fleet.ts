import { fallsIn, fraction, hash, hashText, runningTotals } from "./random.ts";
import { markOf, spacedMark, type Mark } from "./registration.ts";

/** What a vehicle is used for; decides how often, when and how far it goes. */
export const ACTIVITIES = [
  "idle",
  "occasional",
  "commuter",
  "high-mileage",
  "van",
  "lorry",
  "taxi",
  "bus",
] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** The shape of a vehicle, for the drawing. */
export type Body = "hatchback" | "saloon" | "estate" | "van" | "lorry" | "bus";

export interface Vehicle {
  /** Its number in the fleet; guests (watched, cloned, convoy vehicles) have numbers beyond the fleet's size. */
  readonly index: number;
  readonly mark: Mark;
  readonly make: string;
  readonly model: string;
  readonly colour: string;
  readonly body: Body;
  readonly activity: Activity;
  /** 1 is a clean plate; a dirty, bent or tinted one is misread ten times as often everywhere. */
  readonly plateFault: number;
  /** A vehicle added by name, that must be seen often. */
  readonly isGuest: boolean;
}

const SHARES = [12, 38, 32, 8, 8, 1.3, 0.6, 0.1] as const;

// Cars on the road by make, in rounded shares, with the models most seen.
const CARS = `
FORD|13|FOCUS,FIESTA,KUGA,PUMA,MONDEO
VAUXHALL|10|CORSA,ASTRA,MOKKA,INSIGNIA
VOLKSWAGEN|9|GOLF,POLO,TIGUAN,PASSAT
BMW|6|1 SERIES,3 SERIES,X1,X5
AUDI|6|A3,A4,Q3,A1
MERCEDES-BENZ|5|A CLASS,C CLASS,GLA
TOYOTA|5|YARIS,COROLLA,AYGO,C-HR
NISSAN|5|QASHQAI,JUKE,MICRA,LEAF
PEUGEOT|4.5|208,308,2008,3008
HONDA|3.3|CIVIC,JAZZ,CR-V
RENAULT|3.2|CLIO,CAPTUR,MEGANE
CITROEN|3|C3,C4,BERLINGO
HYUNDAI|3.2|I10,I20,TUCSON,KONA
KIA|3.4|SPORTAGE,PICANTO,CEED,NIRO
LAND ROVER|2.7|DISCOVERY,EVOQUE,DEFENDER
MINI|2.5|HATCH,COUNTRYMAN
SKODA|2.6|OCTAVIA,FABIA,SUPERB
FIAT|2|500,PANDA
VOLVO|2|XC40,XC60,V60
SEAT|1.9|LEON,IBIZA,ATECA
MAZDA|1.7|3,CX-5,2
SUZUKI|1.4|SWIFT,VITARA
TESLA|1.2|MODEL 3,MODEL Y
JAGUAR|1.1|XE,F-PACE
DACIA|1|SANDERO,DUSTER
MG|1|4,ZS,HS
`;
const VANS = `
FORD|40|TRANSIT,TRANSIT CUSTOM,RANGER
VAUXHALL|15|VIVARO,COMBO
MERCEDES-BENZ|13|SPRINTER,VITO
VOLKSWAGEN|12|TRANSPORTER,CADDY
PEUGEOT|8|PARTNER,EXPERT
RENAULT|7|TRAFIC,MASTER
CITROEN|5|BERLINGO,DISPATCH
`;
const LORRIES = `
DAF|30|XF,CF,LF
SCANIA|20|R450,S500
VOLVO|18|FH,FM
MERCEDES-BENZ|15|ACTROS
MAN|10|TGX
IVECO|7|S-WAY
`;
const BUSES = `
ALEXANDER DENNIS|60|ENVIRO200,ENVIRO400
VOLVO|20|B5
WRIGHT|20|STREETDECK
`;

interface Makes {
  readonly names: readonly string[];
  readonly models: readonly (readonly string[])[];
  readonly totals: Float64Array;
}
function makes(table: string): Makes {
  const rows = table
    .trim()
    .split("\n")
    .map((line) => line.split("|"));
  return {
    names: rows.map((row) => row[0] ?? ""),
    models: rows.map((row) => (row[2] ?? "").split(",")),
    totals: runningTotals(rows.map((row) => Number(row[1]))),
  };
}
const MAKES = { car: makes(CARS), van: makes(VANS), lorry: makes(LORRIES), bus: makes(BUSES) };

export const COLOURS = [
  "SILVER",
  "BLACK",
  "BLUE",
  "GREY",
  "WHITE",
  "RED",
  "GREEN",
  "BEIGE",
  "ORANGE",
  "BROWN",
] as const;
const CAR_COLOURS = runningTotals([15, 20, 17, 18, 15, 10, 2, 1.5, 1, 0.5]);
const WORK_COLOURS = runningTotals([10, 4, 9, 6, 62, 5, 2, 0.5, 1, 0.5]);

/** A vehicle added by name, and what of its looks was said. */
interface Guest {
  readonly mark: Mark;
  readonly look: Partial<Pick<Vehicle, "make" | "model" | "colour">>;
}

const DIRTY_SHARE = 0.02;
const DIRTY_FACTOR = 10;

/**
 * A fleet of any size that takes no memory: vehicle `i` is a pure function of the seed and `i`. Activities lie
 * in blocks of consecutive numbers, so that one can be drawn by its use.
 */
export class Fleet {
  readonly seed: number;
  readonly size: number;
  readonly #starts: readonly number[];
  readonly #guests = new Map<number, Guest>();

  constructor(seed: number, size: number) {
    this.seed = seed;
    this.size = size;
    let before = 0;
    this.#starts = SHARES.map((share) => {
      const start = Math.round((before / 100) * size);
      before += share;
      return start;
    });
  }

  /** First number and count of the vehicles of one use. */
  block(activity: Activity): { readonly start: number; readonly count: number } {
    const at = ACTIVITIES.indexOf(activity);
    const start = this.#starts[at] as number;
    return { start, count: (this.#starts[at + 1] ?? this.size) - start };
  }

  /** Adds a vehicle beyond the fleet's size and returns its number. In: a VRM, or `VRM/make/model/colour`. */
  addGuest(described: string): number {
    const index = this.size + 1_000_000_000 + this.#guests.size;
    const [vrm = "", make = "", model = "", colour = ""] = described.toUpperCase().split("/");
    const plain = vrm.replaceAll(/\s/g, "");
    this.#guests.set(index, {
      mark: { vrm: plain, spaced: spacedMark(plain), style: "current", country: "GB", region: undefined },
      look: {
        ...(make === "" ? {} : { make }),
        ...(model === "" ? {} : { model }),
        ...(colour === "" ? {} : { colour }),
      },
    });
    return index;
  }

  /** The vehicle with this number: any whole number from 0. */
  vehicle(index: number): Vehicle {
    const guest = this.#guests.get(index);
    // A guest's looks hang on its VRM alone, so that every run shows the same car.
    const seed = guest === undefined ? hash(this.seed, index, 9) : hashText(guest.mark.vrm);
    const activity = index < this.size ? this.#activityOf(index) : "occasional";
    const kind = activity === "van" || activity === "lorry" || activity === "bus" ? activity : "car";
    const { names, models, totals } = MAKES[kind];
    const make = fallsIn(totals, fraction(seed, 1));
    const choices = models[make] as readonly string[];
    const colour = fallsIn(kind === "car" ? CAR_COLOURS : WORK_COLOURS, fraction(seed, 3));
    return {
      index,
      mark: guest?.mark ?? markOf(this.seed, index),
      make: names[make] as string,
      model: choices[hash(seed, 2) % choices.length] as string,
      colour: COLOURS[colour] as string,
      body:
        kind === "car"
          ? ((["hatchback", "saloon", "estate"] as const)[hash(seed, 4) % 3] ?? "hatchback")
          : kind,
      activity,
      plateFault: guest === undefined && fraction(seed, 5) < DIRTY_SHARE ? DIRTY_FACTOR : 1,
      isGuest: guest !== undefined,
      ...guest?.look,
    };
  }

  #activityOf(index: number): Activity {
    let at = ACTIVITIES.length - 1;
    while (at > 0 && index < (this.#starts[at] as number)) at--;
    return ACTIVITIES[at] as Activity;
  }
}
