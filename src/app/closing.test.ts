import { expect, it } from "vitest";
import { Closing } from "./closing.ts";

const opened = (steps: readonly (() => Promise<unknown>)[]): Closing => {
  const closing = new Closing();
  for (const step of steps) closing.add(step);
  return closing;
};
const fails = (why: string) => () => Promise.reject(new Error(why));

it("closes everything, last first, whatever fails, and says what failed", async () => {
  const closed: number[] = [];
  const step = (number: number) => async () => closed.push(number);
  await opened([step(1), step(2)]).all();
  expect(closed).toEqual([2, 1]);
  await expect(opened([step(3), fails("no log"), step(4)]).all()).rejects.toThrow(/^no log$/);
  expect(closed).toEqual([2, 1, 4, 3]);
  const both = await opened([fails("one"), fails("other")])
    .all()
    .catch((error: unknown) => error);
  expect(both).toMatchObject({ errors: [new Error("other"), new Error("one")] });
});

it("closes nothing twice", async () => {
  let times = 0;
  const closing = opened([async () => times++]);
  await closing.all();
  await closing.all();
  expect(times).toBe(1);
});
