import { isWithin } from "../read/position.ts";
import type { MatchRead, Scope } from "./match-entry.ts";

type Test = (read: MatchRead) => boolean;

interface Interned {
  readonly key: string;
  readonly test: Test;
  uses: number;
}

/** The few distinct scopes of all entries, by index; index 0 is "everywhere". Counted, so that unused ones go. */
export class Scopes {
  readonly #byIndex: (Interned | undefined)[] = [undefined];
  readonly #byKey = new Map<string, number>();
  readonly #free: number[] = [];

  /** Distinct scopes in use. */
  get size(): number {
    return this.#byKey.size;
  }

  /** The index of a scope, one more use of it. */
  take(scope: Scope | null): number {
    if (scope === null) return 0;
    const key = keyOf(scope);
    let index = this.#byKey.get(key);
    if (index === undefined) {
      index = this.#free.pop() ?? this.#byIndex.length;
      this.#byIndex[index] = { key, test: testOf(scope), uses: 0 };
      this.#byKey.set(key, index);
    }
    (this.#byIndex[index] as Interned).uses++;
    return index;
  }

  /** One use less of an index. */
  release(index: number): void {
    const scope = this.#byIndex[index];
    if (scope === undefined || --scope.uses > 0) return;
    this.#byIndex[index] = undefined;
    this.#byKey.delete(scope.key);
    this.#free.push(index);
  }

  holds(index: number, read: MatchRead): boolean {
    return this.#byIndex[index]?.test(read) ?? true;
  }
}

function keyOf(scope: Scope): string {
  return JSON.stringify("nrds" in scope ? [...new Set(scope.nrds)].sort((a, b) => a - b) : scope.area);
}

function testOf(scope: Scope): Test {
  if ("nrds" in scope) {
    const nrds = new Set(scope.nrds);
    return (read) => nrds.has(read.nrd);
  }
  const { area } = scope;
  return (read) => isWithin(area, read.position);
}
