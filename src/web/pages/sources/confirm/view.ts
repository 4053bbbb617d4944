import type { SourceInUse } from "../../../../source/door.ts";
import { formWith } from "../../../form.ts";
import { paths } from "../../../paths.ts";

export type SourceAct = "switch-off" | "switch-on" | "renew-secret";
export type ConfirmField = "reason" | "version";

const WORDS: Readonly<
  Record<
    SourceAct,
    {
      readonly title: string;
      readonly means: readonly string[];
      readonly button: string;
      readonly warning: boolean;
    }
  >
> = {
  "switch-off": {
    title: "Switch off",
    means: [
      "Everything it sends is turned away at once, until somebody switches it on again.",
      "Its senders keep what they can and try again. What a device has no room for is lost.",
      "Reads that are here already stay.",
    ],
    button: "Switch off",
    warning: true,
  },
  "switch-on": {
    title: "Switch on",
    means: [
      "What it sends is taken again, as far as its networks, agreement and organisation allow.",
      "Its senders may deliver what they kept meanwhile.",
    ],
    button: "Switch on",
    warning: false,
  },
  "renew-secret": {
    title: "Renew the secret of",
    means: [
      "It gets a new token, and a new secret path if it has one. You see them once, on the next page.",
      "The old ones work no longer. Until the new one is in the device, it cannot send.",
    ],
    button: "Renew its secret",
    warning: true,
  },
};

/** What an act on a feed source does, with the form that takes its reason. */
export function confirmView(parts: {
  source: SourceInUse;
  act: SourceAct;
  values?: Readonly<Record<ConfirmField, string>>;
  /** The reason was left out. */
  missing?: true;
  conflict?: string;
}) {
  const { source, act, values, missing, conflict = "" } = parts;
  const { title, ...words } = WORDS[act];
  const errors =
    missing === undefined ? [] : [{ field: "reason", message: "Enter a reason, for the record" }];
  return {
    pageTitle: `${title} ${source.name}`,
    hasErrors: errors.length > 0,
    ...words,
    source,
    action: paths.sourceAct(source.id, act),
    // After a conflict the page shows the source as it is now: sending again is a decision on that.
    form: formWith<ConfirmField>({ reason: values?.reason ?? "", version: String(source.version) }, errors),
    conflict,
  };
}
