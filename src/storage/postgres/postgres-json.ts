/** PostgreSQL holds neither NUL nor lone surrogates; both become U+FFFD, as does everything else that is not Unicode. */
export const postgresText = (text: string): string => Buffer.from(text).toString().replaceAll("\0", "\uFFFD");

/** JSON text that a jsonb parameter accepts whatever strings it carries. */
export const postgresJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "string" ? postgresText(member) : member,
  );
