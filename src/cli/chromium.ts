import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian's packages, the lightest first: the browser without windows takes two thirds of the other's processor time. */
const PACKAGES = ["chromium-headless-shell", "chromium"];

/** The browser that the tests drive: the one named, or what Debian installs; undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env["WAYWARDEN_TEST_CHROMIUM"];
  const files = named === undefined ? PACKAGES.map((name) => `/usr/bin/${name}`) : [named];
  return files.find((file) => existsSync(file));
}

/** Installs Debian's Chromium for the browser tests when it is missing and this is root; otherwise those tests say they skip. */
export function installChromium(): void {
  if (findChromium() !== undefined || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  console.error("Installing Chromium for the browser tests ...");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore", env });
  const installed = PACKAGES.some((name) => {
    const said = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], { env });
    if (said.status !== 0) console.error(String(said.stderr).trim());
    return said.status === 0;
  });
  if (!installed) console.error("Chromium could not be installed; the browser tests will be skipped.");
}
