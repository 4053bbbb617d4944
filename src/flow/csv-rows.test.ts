import { PassThrough, Readable } from "node:stream";
import { expect, it } from "vitest";
import { csvRows, type CsvRow } from "./csv-rows.ts";

async function all(csv: Readable, longest = 100): Promise<readonly CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of csvRows(csv, longest)) rows.push(row);
  return rows;
}

it("gives each row by its heading, and ends with the one that cannot be read", async () => {
  const csv = Readable.from(["\ufeffVRM , Reason\nAB12", 'CDE,"Stolen, yesterday"\n\nXY', '34,"x"y\n']);
  expect(await all(csv)).toEqual([
    { row: 1, record: { vrm: "AB12CDE", reason: "Stolen, yesterday" } },
    { row: 2, unreadable: expect.stringMatching(/^The file cannot be read from here on: /) },
  ]);
  expect(await all(Readable.from(['vrm\nAB12CDE\n"AB\n', "XY\nZZ\n".repeat(50)]))).toMatchObject([
    { row: 1, record: { vrm: "AB12CDE" } },
    { row: 2, unreadable: expect.stringContaining("Max Record Size") },
  ]);
  expect(await all(Readable.from([`vrm\n${"A".repeat(200)}\n`]))).toMatchObject([{ row: 1 }]);
});

it("ends when the body is given up without an error, in the middle and before the first row is asked for", async () => {
  const middle = new PassThrough();
  middle.write("vrm\nAB12CDE\nXY34");
  const rows = csvRows(middle, 100);
  expect((await rows.next()).value).toMatchObject({ row: 1 });
  const next = rows.next();
  middle.destroy();
  await expect(next).rejects.toThrow("before it was complete");
  const early = new PassThrough();
  early.write("vrm\nAB12CDE\n");
  early.destroy();
  await expect(all(early)).rejects.toThrow("before it was complete");
});

it("ends with the error of the body", async () => {
  const broken = new PassThrough();
  broken.write("vrm\nAB12CDE\nXY34");
  const rows = csvRows(broken, 100);
  await rows.next();
  const next = rows.next();
  broken.destroy(new Error("the line broke"));
  await expect(next).rejects.toThrow("the line broke");
});
