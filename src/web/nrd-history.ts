import type { NrdPort } from "../api/ports.ts";
import type { NrdRegister } from "../estate/nrd-register.ts";
import type { PersonStore } from "../identity/person.ts";
import type { WebPorts } from "./ports.ts";

/** An NRD's changes of state with the names of those who made them, for whoever may see the NRD. */
export function nrdHistory(parts: {
  nrds: Pick<NrdPort, "find">;
  register: Pick<NrdRegister, "history">;
  people: Pick<PersonStore, "byId">;
}): WebPorts["nrdHistory"] {
  return async (asker, nrd) => {
    await parts.nrds.find(asker, nrd);
    const changes = await parts.register.history(nrd);
    const ids = [...new Set(changes.flatMap(({ by }) => (by === null ? [] : [by])))];
    const names = new Map(
      await Promise.all(ids.map(async (id) => [id, (await parts.people.byId(id))?.username] as const)),
    );
    return changes.map(({ at, by, ...change }) => ({
      ...change,
      at: at.toISOString(),
      by: by === null ? null : (names.get(by) ?? `person ${by}`),
    }));
  };
}
