import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ENDING, type Act } from "./act.ts";
import { allActs } from "./acts.ts";
import { AUDIT_HEADS } from "./head.ts";
import { sayEntry } from "./words.ts";

const membersOf = ({ subject }: Act): readonly string[] =>
  Object.keys(z.toJSONSchema(subject, { unrepresentable: "any" }).properties ?? {});

/** The row of an act in the table of docs/audit-acts.md. */
function rowOf(act: Act): string {
  const own = membersOf(act).filter((member) => !(member in ENDING));
  const list = (open: boolean) =>
    own
      .filter((member) => act.open.has(member) === open)
      .map((member) => `\`${member}\``)
      .join(", ");
  const said = sayEntry({ action: act.name as never, outcome: "done", subject: {} });
  return `| \`${act.name}\` | ${said} | ${list(true)} | ${list(false)} |`;
}

const PAGE = `# The acts of the log
<!-- Generated from src/audit/acts/ by its test: npx vitest run src/audit/acts.test.ts -u -->

Each act under its head (section 62 of the Data Protection Act 2018, AUD-1), with what an entry says where nothing more is known, and
the members of its subject: those that stand open in the leaf, and those whose values the leaf only commits to. The actor and the
request id are always sealed. How an entry ended may add, of any act, ${Object.keys(ENDING)
  .map((member) => `\`${member}\``)
  .join(", ")}: the last is sealed.
`;

describe("the table of acts", () => {
  it("names each act once, under a head, with open members that are members", () => {
    const acts = allActs();
    expect(new Set(acts.map(({ name }) => name)).size).toBe(acts.length);
    for (const act of acts) {
      expect(AUDIT_HEADS).toContain(act.head);
      expect(membersOf(act), act.name).toEqual(expect.arrayContaining([...act.open]));
    }
  });

  it("is the page of acts that a stranger reads (docs/audit-acts.md)", async () => {
    const heads = AUDIT_HEADS.map((head) => {
      const rows = allActs()
        .filter((act) => act.head === head)
        .sort((a, b) => a.name.localeCompare(b.name))
        .map(rowOf);
      return rows.length === 0
        ? ""
        : `\n## ${head}\n\n| act | says | open | sealed |\n|---|---|---|---|\n${rows.join("\n")}\n`;
    });
    await expect(PAGE + heads.join("")).toMatchFileSnapshot("../../docs/audit-acts.md");
  });
});
