import { expect, it } from "vitest";
import { isDay, isPlainText } from "./plain-input.ts";

it("a text of one line has letters of every script, and nothing that cannot be seen", () => {
  for (const text of ["", "Zoë O’Brien-Łukasz", "Heddlu Gogledd Cymru", "山田 太郎"])
    expect(isPlainText(text), text).toBe(true);
  for (const text of ["A\u0000B", "A\nB", "A\u202EB", "A\u200BB", "A\uD800B", "A\u007F"])
    expect(isPlainText(text), JSON.stringify(text)).toBe(false);
});

it("a day is one of the calendar, of years that people live in", () => {
  for (const text of ["1900-01-01", "2024-02-29", "2200-12-31"]) expect(isDay(text), text).toBe(true);
  for (const text of ["0000-01-01", "1899-12-31", "2201-01-01", "2026-02-29", "2026-1-1", "", "today"])
    expect(isDay(text), text).toBe(false);
});
