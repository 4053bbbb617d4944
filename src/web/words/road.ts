const BOUND: Readonly<Record<string, string>> = {
  N: "northbound",
  S: "southbound",
  E: "eastbound",
  W: "westbound",
  NE: "north-eastbound",
  NW: "north-westbound",
  SE: "south-eastbound",
  SW: "south-westbound",
  C: "clockwise",
  A: "anticlockwise",
};

/** A direction of travel in words: `W` is `westbound`; what is no compass point stays as the register has it. */
export const sayDirection = (direction: string): string => BOUND[direction.toUpperCase()] ?? direction;

interface Site {
  readonly name: string;
  readonly road: string;
  readonly direction: string;
}

/** `M25 westbound`. */
export const sayRoad = ({ road, direction }: Pick<Site, "road" | "direction">): string =>
  [road, sayDirection(direction)].filter((part) => part !== "").join(" ");

/** What the site's own name leaves out of its road and direction; empty for most, whose names say both. */
export function sayRoadBeyondName({ name, road, direction }: Site): string {
  const said = name.toLowerCase();
  const words = sayDirection(direction);
  return [road, words].filter((part) => part !== "" && !said.includes(part.toLowerCase())).join(" ");
}
