import { addressFor } from "../../../../api/sources/present.ts";
import type { GivenSource } from "../../../../source/sources.ts";

interface Line {
  readonly label: string;
  readonly value: string;
}

/** What is typed into a device of each protocol; any other is told its address and token. */
const LINES: Readonly<Record<string, (given: GivenSource, address: URL) => readonly Line[]>> = {
  bof2: ({ source, secrets }, address) => [
    { label: "Web service address", value: address.href },
    ...(source.byAddress || secrets.pathKey !== null
      ? [{ label: "User name and password", value: "none" }]
      : [
          { label: "User name", value: "waywarden" },
          { label: "Password", value: secrets.token },
        ]),
  ],
  hikvision: (_given, { protocol, hostname, port, pathname }) => [
    { label: "Destination IP or host name", value: hostname },
    { label: "URL", value: pathname },
    { label: "Protocol type", value: protocol === "https:" ? "HTTPS" : "HTTP" },
    { label: "Port", value: port === "" ? (protocol === "https:" ? "443" : "80") : port },
  ],
};
const withToken = ({ secrets }: GivenSource, address: URL): readonly Line[] => [
  { label: "Address", value: address.href },
  { label: "Method", value: "POST" },
  { label: "Header", value: `Authorization: Bearer ${secrets.token}` },
];

const NOTES: Readonly<Record<string, string>> = {
  bof2: "A device that speaks BOF2 2.3 has /webservices/ in the place of /services/.",
  hikvision:
    "On the camera this is under Network, Advanced settings, HTTP listening. Register each camera with the device key hikvision:, its MAC address and channel, as the API guide says.",
};

/** A source’s new secrets with what to type into its device, shown once. @param origin of the service, without a slash at its end */
export function secretView(given: GivenSource, origin: string, what: "added" | "renewed") {
  const { source, secrets } = given;
  const lines = (LINES[source.protocol ?? ""] ?? withToken)(given, new URL(addressFor(given, origin)));
  return {
    pageTitle: "The secret of the feed source",
    source,
    what,
    lines,
    note: NOTES[source.protocol ?? ""] ?? "",
    token: secrets.token,
    block: lines.map(({ label, value }) => `${label}: ${value}`).join("\n"),
  };
}
