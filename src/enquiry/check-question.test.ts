import { describe, expect, it } from "vitest";
import { checkQuestion } from "./check-question.ts";

describe("a question about NRDs", () => {
  const register = { byId: (id: number) => (id === 7 ? ({ id } as never) : undefined) };
  const about = (nrds: readonly number[]) =>
    checkQuestion({ kind: "place", nrds, area: null, from: 0, to: 1 }, register);

  it("is asked of those in the register", () => {
    expect(about([7])).toMatchObject({ nrds: [7] });
  });

  it("names those that are not in the register, and of very many the first", () => {
    expect(() => about([7, 4_294_967_303])).toThrow(
      expect.objectContaining({
        code: "INPUT_INVALID",
        errors: [
          {
            path: "nrds.1",
            code: "NRD_UNKNOWN",
            message: expect.stringContaining("4294967303") as string,
          },
        ],
      }),
    );
    const many = Array.from({ length: 10_000 }, (_, i) => i + 100);
    expect(() => about(many)).toThrow(
      expect.objectContaining({
        errors: expect.toSatisfy((errors: unknown[]) => errors.length === 20) as unknown,
      }),
    );
  });
});
