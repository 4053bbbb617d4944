import { drawnJpeg } from "../servers/drawn-jpeg.ts";
import { aRead, type WholeApp } from "./whole-app.ts";

/** Vehicles of the demo's lists, one for what a test needs. */
export const LISTED = {
  high: "WA19HKL",
  highWithWarnings: "GJ22LMO",
  medium: "LC21VBN",
  low: "DU09KHP",
} as const;

interface Seen {
  readonly camera?: number;
  /** Epoch milliseconds of capture. */
  readonly at?: number;
  readonly images?: boolean;
  /** Members of the read beyond these. */
  readonly also?: Readonly<Record<string, unknown>>;
}

/** A vehicle passes a camera; out: the id of its read. */
export async function pass(whole: WholeApp, vrm: string, seen: Seen = {}): Promise<string> {
  const { camera = 1, at, images = false, also } = seen;
  const pictures = images
    ? {
        patch: (await drawnJpeg("patch", vrm)).toString("base64"),
        overview: (await drawnJpeg("overview", vrm)).toString("base64"),
      }
    : {};
  const [result] = await whole.send([
    aRead(camera, { vrm, ...(at === undefined ? {} : { at }), ...pictures, ...also }),
  ]);
  if (result?.readId === undefined) throw new Error(`The read was not stored: ${JSON.stringify(result)}`);
  return result.readId;
}

/** A vehicle of a list passes a camera; out: the id of the hit. */
export async function raiseHit(whole: WholeApp, vrm: string, seen: Seen = {}): Promise<string> {
  const read = await pass(whole, vrm, seen);
  const [hit] = (await openHits(whole)).filter(({ readId }) => readId === read);
  if (hit === undefined) throw new Error(`The read ${read} raised no hit.`);
  return hit.id;
}

export interface OpenHit {
  readonly id: string;
  readonly readId: string;
  readonly state: string;
}

/** Hits that nobody has acknowledged, newest first. */
export async function openHits(whole: WholeApp): Promise<readonly OpenHit[]> {
  const reply = await whole.call<{ items: readonly OpenHit[] }>("operator", "/v1/hits?state=new&limit=500");
  return reply.body.items;
}

/** Acknowledges every hit, so that the board is empty. */
export async function clearBoard(whole: WholeApp): Promise<void> {
  for (const { id } of await openHits(whole))
    await whole.call("operator", `/v1/hits/${id}/acknowledge`, undefined, "POST");
}

/** Reads of a camera that nobody registered; out: their ids in quarantine. */
export async function keepApart(
  whole: WholeApp,
  differing: readonly Readonly<Record<string, unknown>>[] = [{}],
): Promise<readonly string[]> {
  const results = await whole.send(differing.map((one) => aRead(999, one)));
  return results.map(({ quarantineId, verdict }) => {
    if (quarantineId === undefined) throw new Error(`The read was ${verdict}.`);
    return quarantineId;
  });
}

/** The demo's authority of the first organisation. */
export const AUTHORITY = "MID-2026-0417";

/** An enquiry of the investigator about a vehicle, from yesterday on; out: its id. */
export async function ask(whole: WholeApp, vrm: string): Promise<string> {
  const now = Date.now();
  const reply = await whole.call<{ enquiry: string }>("investigator", "/v1/enquiries", {
    kind: "vrm",
    vrm,
    authority: AUTHORITY,
    reason: "Seen leaving the scene of a burglary",
    from: new Date(now - 86_400_000).toISOString(),
    to: new Date(now + 3_600_000).toISOString(),
  });
  if (reply.status !== 200) throw new Error(`The enquiry was refused: ${JSON.stringify(reply.body)}`);
  return reply.body.enquiry;
}

/** Lets an hour pass for an enquiry: longer than any answer may be looked at. */
export async function letPass(whole: WholeApp, enquiry: string): Promise<void> {
  await whole.stores.database.query("update enquiry set asked = asked - interval '1 hour' where id = $1", [
    enquiry,
  ]);
}
