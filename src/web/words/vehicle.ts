/** What was seen of a vehicle, or is expected of it. Null, or absent, where nothing is known. */
export interface VehicleLook {
  readonly make?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly colour?: string | null | undefined;
  /** Of the mark: ISO 3166-1 alpha-2. */
  readonly country?: string | null | undefined;
}

/** One line of expected against seen. */
export interface Compared {
  readonly what: "Make" | "Model" | "Colour" | "Country";
  readonly expected: string;
  readonly seen: string;
  readonly verdict: "agrees" | "differs" | "unknown";
}

const plain = (text: string | null | undefined): string => (text ?? "").trim().toUpperCase();
const SPELLINGS: Readonly<Record<string, string>> = { GRAY: "GREY" };
const same = (a: string, b: string): boolean => (SPELLINGS[a] ?? a) === (SPELLINGS[b] ?? b);

function compareOne(what: Compared["what"], expected: string, seen: string): Compared {
  const verdict = expected === "" || seen === "" ? "unknown" : same(expected, seen) ? "agrees" : "differs";
  return { what, expected, seen, verdict };
}

/** Expected against seen, feature by feature, so that a hit is looked at and not taken for granted. */
export function compareVehicles(
  expected: VehicleLook | undefined,
  seen: VehicleLook | undefined,
): readonly Compared[] {
  return [
    compareOne("Make", plain(expected?.make), plain(seen?.make)),
    compareOne("Model", plain(expected?.model), plain(seen?.model)),
    compareOne("Colour", plain(expected?.colour), plain(seen?.colour)),
    compareOne("Country", plain(expected?.country), plain(seen?.country)),
  ];
}

/** `BLUE FORD FOCUS`, or the empty text when nothing is known. */
export const sayVehicle = (look: VehicleLook | undefined): string =>
  [plain(look?.colour), plain(look?.make), plain(look?.model)].filter((word) => word !== "").join(" ");

/** The same with the country of the mark where it is known: `BLUE FORD FOCUS, plate of FR`. */
export const sayVehicleAndCountry = (look: VehicleLook | undefined): string =>
  [sayVehicle(look), plain(look?.country).replace(/^(?=.)/, "plate of ")]
    .filter((part) => part !== "")
    .join(", ");
