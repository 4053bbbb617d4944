export interface EventParts {
  readonly namespace?: string;
  readonly head?: string;
  readonly anpr?: string;
  readonly eventType?: string;
  readonly dateTime?: string;
}

/** An ANPR event with the elements that cameras send, in their order and with their misspellings. */
export function anEvent(parts: EventParts = {}): string {
  const {
    namespace = "http://www.isapi.org/ver20/XMLSchema",
    head = "<macAddress>44:A6:42:00:11:22</macAddress>",
    anpr = "<country>17</country><licensePlate>KT66XYZ</licensePlate><line>2</line><direction>forward</direction><confidenceLevel>91</confidenceLevel>",
    eventType = "ANPR",
    dateTime = "<dateTime>2026-11-22T08:15:30.500+00:00</dateTime>",
  } = parts;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<EventNotificationAlert version="2.0" xmlns="${namespace}">` +
    `<ipAddress>192.0.2.7</ipAddress>${head}<channelID>1</channelID>${dateTime}<eventType>${eventType}</eventType>` +
    `<eventState>active</eventState>${eventType === "ANPR" ? `<ANPR>${anpr}</ANPR>` : ""}` +
    "<UUID>0b2ee6c2-0000-0000-0000-000000000001</UUID></EventNotificationAlert>"
  );
}

export interface FilePart {
  readonly name: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly length?: string;
  readonly body: Buffer | string;
}

/** A multipart body; `newline` and `boundary` as the device has them. */
export function multipart(parts: readonly FilePart[], boundary = "boundary", newline = "\r\n"): Buffer {
  const pieces = parts.flatMap(
    ({ name, fileName = name, type = "application/octet-stream", length, body }) => [
      Buffer.from(
        [
          `--${boundary}`,
          `Content-Disposition: form-data; name="${name}"; filename="${fileName}"`,
          `Content-Type: ${type}`,
          ...(length === undefined ? [] : [`Content-Length: ${length}`]),
          "",
          "",
        ].join(newline),
      ),
      Buffer.from(body),
      Buffer.from(newline),
    ],
  );
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--${newline}`)]);
}
