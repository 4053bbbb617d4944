import type { AuthorityPlace } from "./authority-life-store.ts";
import { Problem } from "../errors.ts";

/** Cursors name the last item of the page before; nobody but the service reads them. */
const LIST = /^at ([0-3]) (-?\d{1,10})$/;
const ENQUIRY = /^after (\d{1,15}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const encode = (text: string): string => Buffer.from(text).toString("base64url");
const decode = (cursor: string, form: RegExp): RegExpExecArray => {
  const found = form.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  if (found === null) throw new Problem("CURSOR_INVALID", "Start again without a cursor.");
  return found;
};

export const listCursor = ({ group, turn }: AuthorityPlace): string => encode(`at ${group} ${turn}`);

/** @throws Problem CURSOR_INVALID */
export function listPlaceOf(cursor: string | undefined): AuthorityPlace | undefined {
  if (cursor === undefined) return undefined;
  const [, group, turn] = decode(cursor, LIST);
  const place = { group: Number(group), turn: Number(turn) };
  if (Math.abs(place.turn) >= 2 ** 31) throw new Problem("CURSOR_INVALID", "Start again without a cursor.");
  return place;
}

export const enquiryCursor = ({ asked, id }: { readonly asked: number; readonly id: string }): string =>
  encode(`after ${asked} ${id}`);

/** @throws Problem CURSOR_INVALID */
export function enquiryPlaceOf(
  cursor: string | undefined,
): { readonly asked: number; readonly id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [, asked, id = ""] = decode(cursor, ENQUIRY);
  // Beyond what a Date holds; nobody asked anything then.
  if (Number(asked) > 8.64e15) throw new Problem("CURSOR_INVALID", "Start again without a cursor.");
  return { asked: Number(asked), id };
}
