import { PROTOCOLS } from "../../../../ingest/feeds/registry.ts";
import { mayDo } from "../../../../policy/roles.ts";
import { isEverywhere } from "../../../../policy/scope.ts";
import type { Caller } from "../../../../identity/caller.ts";
import type { SourceInUse } from "../../../../source/door.ts";
import { formWith, type FieldError } from "../../../form.ts";
import { paths } from "../../../paths.ts";
import { sayProtocol } from "../../../words/source.ts";
import { AGREEMENT_FIELDS, SOURCE_FIELDS, type SourceValues } from "./form.ts";

const EMPTY = Object.fromEntries(SOURCE_FIELDS.map((field) => [field, ""])) as SourceValues;
export const BLANK: SourceValues = {
  ...EMPTY,
  credential: "token",
  positionUnit: "degrees",
  compoundReply: "array",
  timeZone: "Europe/London",
};

/** The form filled in with a source as it is. */
export const valuesOfSource = (source: SourceInUse): SourceValues => ({
  ...BLANK,
  name: source.name,
  allowedNetworks: source.allowedNetworks.join("\n"),
  ...Object.fromEntries(AGREEMENT_FIELDS.map((field) => [field, source.agreement?.[field] ?? ""])),
  version: String(source.version),
});

/** The form of a source, to add one or, with `source`, to change it. */
export function sourceFormView(parts: {
  caller: Caller;
  values: SourceValues;
  errors?: readonly FieldError[];
  source?: SourceInUse;
  conflict?: string;
}) {
  const { caller, values, errors = [], source, conflict = "" } = parts;
  const chosen = (field: "protocol" | "credential" | "aggregator" | "positionUnit" | "compoundReply") =>
    function item(value: string, text: string, hint?: string) {
      return {
        value,
        text,
        checked: values[field] === value,
        ...(hint === undefined ? {} : { hint: { text: hint } }),
      };
    };
  const [credential, aggregator] = [chosen("credential"), chosen("aggregator")];
  const mayAggregate = mayDo(caller.roles, "source.manage-national");
  const [position, compound] = [chosen("positionUnit"), chosen("compoundReply")];
  return {
    pageTitle: source === undefined ? "Add a feed source" : `Change ${source.name}`,
    hasErrors: errors.length > 0,
    source,
    form: formWith(values, errors),
    conflict,
    national: isEverywhere(caller.roles, "source.see"),
    ownOrganisation: caller.organisation.name,
    protocols: PROTOCOLS.map(({ name }) => chosen("protocol")(name, sayProtocol(name))),
    credentials: [
      credential("token", "By a token", "For everything that can send a header, or a user name and password"),
      credential(
        "path",
        "By a secret path",
        "For devices that can do neither. A Hikvision camera always gets one",
      ),
      credential(
        "address",
        "By the address it sends from",
        "For BOF2 senders that can do nothing else, and only where nobody else can send from there",
      ),
    ],
    scopes: [
      aggregator("no", "Only cameras of its organisation"),
      {
        ...aggregator(
          "yes",
          "Cameras of several organisations",
          mayAggregate ? "It needs a recorded agreement" : "A national administrator adds these",
        ),
        disabled: !mayAggregate,
      },
    ],
    positions: [position("degrees", "Degrees"), position("arc-minutes", "Arc-minutes (BOF2 2.2)")],
    replies: [
      compound("array", "A list, as documented"),
      compound("string", "One text, as the 2.2 contract has it"),
    ],
    back: source === undefined ? paths.sources() : paths.source(source.id),
  };
}
