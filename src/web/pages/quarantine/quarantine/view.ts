import type { HeldRead } from "../../../../ingest/quarantine/quarantined-reads.ts";
import { QUARANTINE_CODES } from "../../../../ingest/outcome.ts";
import { paths } from "../../../paths.ts";
import { sayTime } from "../../../words/london-time.ts";
import { CODE_WORDS, sayCode } from "./codes.ts";
import type { Page } from "../../../../flow/page.ts";

/** What was done just before, from a closed table. */
export const NOTICES: Readonly<Record<string, string>> = {
  released: "The read has been released to the archive.",
  discarded: "The read has been discarded.",
};

/** The list of quarantined reads, newest first, by reason. */
export function quarantineView(page: Page<HeldRead>, code: string, notice: string) {
  return {
    pageTitle: "Quarantine",
    notice: NOTICES[notice] ?? "",
    code,
    codes: [
      { value: "", text: "Every reason", selected: code === "" },
      ...QUARANTINE_CODES.map((value) => ({
        value,
        text: CODE_WORDS[value],
        selected: value === code,
      })),
    ],
    items: page.items.map((item) => ({
      ...item,
      href: paths.quarantined(item.id),
      source: item.source.name,
      why: sayCode(item.code),
      received: sayTime(item.received.getTime()),
      deleteBy: sayTime(item.deleteBy.getTime()),
    })),
    next: page.next === null ? "" : paths.quarantine({ code, cursor: page.next }),
  };
}
