const bytes = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
const text = { "text/plain": { schema: { type: "string" } } };

const shown = (summary: string, description: string, content: object): Record<string, never> => ({
  get: {
    tags: ["log"],
    summary,
    security: [],
    responses: { 200: { description, content } },
  } as never,
});

const tile = (name: string, schema: object, description: string) =>
  ({ name, in: "path", required: true, schema, description }) as const;

/** The log's public address (C2SP tlog-tiles), which is outside the scope whose routes describe themselves. */
export const LOG_PATHS: Readonly<
  Record<string, Record<string, { responses?: Record<string, unknown>; operationId?: string }>>
> = {
  "/log/checkpoint": shown(
    "The newest checkpoint",
    "A signed note with the cosignatures of witnesses; nobody has to sign in",
    text,
  ),
  "/log/cosigned": shown("The newest checkpoint that a witness has cosigned", "A signed note", text),
  "/log/key": shown("The log's verifier key", "One line, as signed notes have it", text),
  "/log/tile/{level}/{index}": {
    get: {
      tags: ["log"],
      summary: "A tile of hashes",
      description:
        "Up to 256 hashes of 32 bytes. Only what the newest checkpoint covers; full tiles never change.",
      security: [],
      parameters: [
        tile("level", { type: "integer", minimum: 0, maximum: 63 }, "0: hashes of leaves"),
        tile("index", { type: "string" }, "Such as `067`, `x001/067`, or 5 wide `067.p/5`"),
      ],
      responses: { 200: { description: "The hashes", content: bytes } },
    } as never,
  },
};
