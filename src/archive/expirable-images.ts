import type { Expirable } from "../retention/retention.ts";
import type { ImageVault } from "./image-vault.ts";

/** The image vault as retention sees it; counts days, because nobody can look inside a day without its key (RET-6). */
export function expirableImages(vault: Pick<ImageVault, "daysHeld" | "destroyDay">): Expirable {
  const before = async (day: string): Promise<readonly string[]> =>
    (await vault.daysHeld()).filter((held) => held < day);
  return {
    name: "image-days",
    countOlderThan: async (day) => (await before(day)).length,
    async deleteDay(day) {
      for (const held of await vault.daysHeld()) if (held <= day) await vault.destroyDay(held);
    },
    daysHeld: () => vault.daysHeld(),
  };
}
