import type { DoorCode, SourceInUse } from "../../source/door.ts";

interface StateWords {
  readonly text: string;
  readonly tag: string;
}

const CLOSED: Readonly<Record<DoorCode, StateWords>> = {
  SOURCE_SWITCHED_OFF: { text: "switched off", tag: "govuk-tag--grey" },
  ORGANISATION_NOT_APPROVED: { text: "organisation not approved", tag: "govuk-tag--red" },
  AGREEMENT_NOT_IN_FORCE: { text: "agreement not in force", tag: "govuk-tag--red" },
};

/** Whether a source is let in, in a word or two, with the colour of its tag. */
export const sayState = ({ closed }: Pick<SourceInUse, "closed">): StateWords =>
  closed === null ? { text: "on", tag: "govuk-tag--green" } : CLOSED[closed.code];

const PROTOCOL_WORDS: Readonly<Record<string, string>> = {
  native: "Waywarden’s own (JSON, NDJSON or multipart)",
  bof2: "BOF2 (2.2 or 2.3)",
  hikvision: "Hikvision ISAPI",
};

/** A feed protocol by its name, as people call it; null is any. */
export const sayProtocol = (protocol: string | null): string =>
  protocol === null ? "any" : (PROTOCOL_WORDS[protocol] ?? protocol);
