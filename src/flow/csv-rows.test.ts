import { PassThrough, Readable } from "node:stream";
import { expect, it } from "vitest";
import { csvRows, type CsvRow } from "./csv-rows.ts";

const FORM = { longestRecordBytes: 100, columns: { required: ["vrm"], optional: ["reason", "make"] } };

async function all(csv: Readable): Promise<readonly CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of csvRows({ csv }, FORM)) rows.push(row);
  return rows;
}

it("gives each row by its heading, and ends with the one that cannot be read", async () => {
  const csv = Readable.from(["\ufeffVRM , Reason\nAB12", 'CDE,"Stolen, yesterday"\n\nXY', '34,"x"y\n']);
  expect(await all(csv)).toEqual([
    { row: 1, record: { vrm: "AB12CDE", reason: "Stolen, yesterday" } },
    {
      row: 2,
      code: "CSV_INVALID",
      message: expect.stringMatching(/^The file cannot be read from here on: /),
    },
  ]);
  expect(await all(Readable.from(['vrm\nAB12CDE\n"AB\n', "XY\nZZ\n".repeat(50)]))).toMatchObject([
    { row: 1, record: { vrm: "AB12CDE" } },
    { row: 2, code: "CSV_INVALID", message: expect.stringContaining("Max Record Size") },
  ]);
  expect(await all(Readable.from([`vrm\n${"A".repeat(200)}\n`]))).toMatchObject([{ row: 1 }]);
});

it("ends when the body is given up without an error, in the middle and before the first row is asked for", async () => {
  const middle = new PassThrough();
  middle.write("vrm\nAB12CDE\nXY34");
  const rows = csvRows({ csv: middle }, FORM);
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
  const rows = csvRows({ csv: broken }, FORM);
  await rows.next();
  const next = rows.next();
  broken.destroy(new Error("the line broke"));
  await expect(next).rejects.toThrow("the line broke");
});

it("takes no row that has more or fewer fields than the heading, and says so of that row alone", async () => {
  expect(await all(Readable.from(["vrm,reason\nAB1,Robbery, armed\nAB2\nAB3,Theft\n"]))).toMatchObject([
    { row: 1, code: "FIELDS_UNEVEN", message: expect.stringContaining("3 fields, the heading 2") },
    { row: 2, code: "FIELDS_UNEVEN", message: expect.stringContaining("1 fields, the heading 2") },
    { row: 3, record: { vrm: "AB3", reason: "Theft" } },
  ]);
});

it("reads Windows-1252 row by row where it is not UTF-8, and UTF-16 by its mark", async () => {
  const mixed = Buffer.concat([
    Buffer.from("vrm,make\nAB1,Citroën\n"),
    Buffer.from("AB2,Citro\xEBn \x80\n", "latin1"),
  ]);
  expect(await all(Readable.from([mixed]))).toMatchObject([
    { record: { make: "Citroën" } },
    { record: { make: "Citroën €" } },
  ]);
  const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("vrm,make\nAB1,Citroën\n", "utf16le")]);
  expect(await all(Readable.from([wide]))).toEqual([{ row: 1, record: { vrm: "AB1", make: "Citroën" } }]);
});

it("refuses a heading before any row, says what is wrong with it and which columns there are", async () => {
  const refusal = async (csv: string): Promise<{ code: string; message: string; errors: unknown[] }> =>
    all(Readable.from([csv])).then(
      () => Promise.reject(new Error("taken")),
      (error: unknown) => error as never,
    );
  expect(await refusal("vrm,expires\nAB1,2020\n")).toMatchObject({
    code: "CSV_HEADING_INVALID",
    message:
      "The column expires is not known. Found: vrm, expires. Nothing was imported. The columns are vrm and, if wanted, reason, make.",
    errors: [{ path: "expires", code: "COLUMN_UNKNOWN" }],
  });
  expect((await refusal("vrm;reason\nAB1;x\n")).message).toContain(
    "The heading has no column vrm. The column vrm;reason is not known. Found: vrm;reason. Is the separator a semicolon?",
  );
  expect((await refusal("vrm\treason\nAB1\tx\n")).message).toContain("Is the separator a tab?");
  expect((await refusal("registration,reason\nAB1,x\n")).message).toContain("The heading has no column vrm.");
  expect((await refusal("vrm,vrm\n")).errors).toMatchObject([{ path: "vrm", code: "COLUMN_TWICE" }]);
  expect((await refusal("vrm,\n")).message).toContain("A column has no name.");
  expect((await refusal("")).message).toContain("Found: nothing.");
});
