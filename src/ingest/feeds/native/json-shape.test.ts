import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasNameTwice, membersOf, shapeOf } from "./json-shape.ts";

const LEVELS = 16;
const twice = (text: string): boolean => hasNameTwice(text, JSON.parse(text), LEVELS);

describe("a name that is there twice", () => {
  it("is found in no text that was written from a value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(twice(text)).toBe(false);
        const [first, ...rest] = Array.isArray(value) ? value : [value];
        expect(shapeOf(text).members).toEqual([first, ...rest].map((one) => membersOf(one, LEVELS)));
      }),
    );
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":":","a" :2}',
    '{"a":"::","\\u0061":""}',
    '{"a":"\\u003a","a":1}',
    '{":":1,":":2}',
    '[{"a":{"b":1,"b":2}}]',
    '{"__proto__":1,"__proto__":2}',
  ])("is found in %s", (text) => expect(twice(text)).toBe(true));
});
