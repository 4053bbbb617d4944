import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WholeApp } from "../../../test/app/whole-app.ts";
import { ROUTES, urlOf } from "../paths.ts";
import { operationTable } from "./operation-table.fixture.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: unknown }[];
  readonly responses: Record<string, { readonly description: string }>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
}

let whole: WholeApp;
let document: Document;
beforeAll(async () => {
  whole = await WholeApp.start();
  document = (await whole.server.inject({ method: "GET", url: ROUTES.openApi })).json();
});
afterAll(() => whole?.remove());

const references = (value: unknown): string[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [String(inner)] : references(inner)));

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
  });

  it("holds together", () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    );
    expect(operations.length).toBeGreaterThan(40);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => String(match[1])).sort();
      const declared = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === "path")
        .map(({ name }) => name)
        .sort();
      expect([path, declared]).toEqual([path, inPath]);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
      for (const response of Object.values(operation.responses))
        expect(typeof response.description).toBe("string");
    }
    for (const reference of references(document)) {
      const target = reference
        .replace(/^#\//, "")
        .split("/")
        .reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], document);
      expect([reference, target]).not.toEqual([reference, undefined]);
    }
  });

  it("is what was reviewed", async () => {
    await expect(operationTable({ ...document })).toMatchFileSnapshot(
      "__snapshots__/operation-table.snap.txt",
    );
  });
});

describe("the URL table", () => {
  it("is what was reviewed", () => {
    expect(whole.server.routeTable.lines().join("\n")).toMatchSnapshot();
  });

  it("makes URLs with their values escaped", () => {
    expect(urlOf(ROUTES.hitImage, { id: "7", kind: "patch" })).toBe("/v1/hits/7/images/patch");
    expect(urlOf(ROUTES.read, { id: "a/b c" })).toBe("/v1/reads/a%2Fb%20c");
  });
});
