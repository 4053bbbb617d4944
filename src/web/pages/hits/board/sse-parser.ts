/** One server-sent event. `event` is `message` unless named. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

export interface SseHandlers {
  readonly onEvent: (event: ServerEvent) => void;
  /** Comments are heartbeats, which EventSource hides; the board shows when the last one came. */
  readonly onComment: () => void;
  readonly onRetry: (milliseconds: number) => void;
}

/**
 * Reads a server-sent event stream piece by piece (WHATWG HTML, 9.2.6). In: decoded text in any pieces. Text that belongs to
 * no event yet is kept; a line longer than `longest` is a fault of the stream and throws.
 */
export function sseParser(handlers: SseHandlers, longest = 1_000_000): (text: string) => void {
  let rest = "";
  let data: string[] = [];
  let event = "";
  let id: string | undefined;

  const dispatch = (): void => {
    if (data.length > 0)
      handlers.onEvent({ event: event === "" ? "message" : event, data: data.join("\n"), id });
    data = [];
    event = "";
  };
  const field = (line: string): void => {
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") data.push(value);
    else if (name === "event") event = value;
    else if (name === "id" && !value.includes("\0")) id = value;
    else if (name === "retry" && /^\d+$/.test(value)) handlers.onRetry(Number(value));
  };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    if (rest.length > longest) throw new Error("A line of the stream never ends.");
    for (const line of lines) {
      if (line === "") dispatch();
      else if (line.startsWith(":")) handlers.onComment();
      else field(line);
    }
  };
}
