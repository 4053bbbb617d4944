import type { Expirable } from "../retention/retention.ts";
import type { ImageVault } from "./image-vault.ts";

/** The image vault as retention sees it; counts days, because nobody can look inside a day without its key (RET-6). */
export function expirableImages(vault: Pick<ImageVault, "daysHeld" | "destroyDay">): Expirable {
  const holds = async (day: string): Promise<boolean> => (await vault.daysHeld()).includes(day);
  return {
    name: "image-days",
    countOfDay: async (day) => ((await holds(day)) ? 1 : 0),
    async deleteDay(day) {
      if (await holds(day)) await vault.destroyDay(day);
    },
    daysHeld: () => vault.daysHeld(),
  };
}
