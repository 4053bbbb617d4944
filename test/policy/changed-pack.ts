import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/project-root.ts";

const SHIPPED = join(projectRoot, "policies/uk");

/** A sentence that the changed pack has more. */
const ADDED = `
@id("supervisor-sees-charts")
@says("A supervisor sees the charts of their organisation.")
@source("a test")
permit (principal in Role::"supervisor", action == Action::"audit.charts", resource is Service);
`;

/**
 * Writes a pack as we ship it, but: `uk-2026.9`, sixty ordinary days, another empty phrase; one sentence added, one removed, one that
 * decides differently, and one that only says it in other words.
 */
export function writeChangedPack(folder: string): void {
  cpSync(SHIPPED, folder, { recursive: true });
  const numbers = JSON.parse(readFileSync(join(folder, "numbers.json"), "utf8")) as {
    access: { emptyPhrases: string[] };
  };
  const access = { ...numbers.access, ordinaryDays: 60 };
  access.emptyPhrases = [...access.emptyPhrases.filter((phrase) => phrase !== "tbc"), "to be confirmed"];
  writeFileSync(
    join(folder, "numbers.json"),
    JSON.stringify({ ...numbers, id: "uk-2026.9", access }, null, 2),
  );
  let cedar = readFileSync(join(folder, "access.cedar"), "utf8");
  const change = (found: RegExp, put: string): void => {
    if (!found.test(cedar)) throw new Error(`The pack we ship has nothing like ${found.source}`);
    cedar = cedar.replace(found, put);
  };
  change(/@id\("organisation-policy-is-current"\)[^]*?;\n/, "");
  change(/(@id\("vetting-is-sufficient"\)\n@says\()"[^"]*"/, '$1"Whoever enquires is vetted."');
  change(/(@id\("operator-deals-with-hits"\)[^]*?)Action::"hit\.act", /, "$1");
  writeFileSync(join(folder, "access.cedar"), cedar + ADDED);
}
