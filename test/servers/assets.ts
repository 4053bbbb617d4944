import { buildAssets } from "../../tools/assets/build.mjs";

/** Once before all tests: two builds at a time would take each other's files away. */
export async function setup(): Promise<void> {
  await buildAssets();
}
