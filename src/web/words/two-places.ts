import { sayAge } from "./age.ts";

/** The same mark where it cannot have been; as the room or the stream has it. */
type Elsewhere = {
  readonly captured: string | Date;
  readonly metres: number;
  readonly nrd: { readonly name: string };
} | null;

/** `2 min earlier 560 km away (M8 Glasgow): one of the two carries a copy`; empty where the mark was in one place. */
export function sayElsewhere(captured: string | Date, elsewhere: Elsewhere): string {
  if (elsewhere === null) return "";
  const apart = new Date(elsewhere.captured).getTime() - new Date(captured).getTime();
  const when = `${sayAge(Math.abs(apart))} ${apart <= 0 ? "earlier" : "later"}`;
  const { name } = elsewhere.nrd;
  return `${when} ${Math.round(elsewhere.metres / 1_000)} km away${name === "" ? "" : ` (${name})`}: one of the two carries a copy`;
}
