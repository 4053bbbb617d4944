/** PostgreSQL holds neither NUL nor lone surrogates; both become U+FFFD, as does everything else that is not Unicode. */
export const postgresText = (text: string): string => Buffer.from(text).toString().replaceAll("\0", "\uFFFD");

/** Only such a text can hold what PostgreSQL cannot; looking is cheaper than copying. */
const SUSPECT = /[\0\ud800-\udfff]/;

/**
 * Parameters as PostgreSQL can take them: texts, alone or in arrays, lose what it cannot hold. Whatever an edge let through, a
 * look-up finds nothing rather than failing.
 */
export const bindable = (parameters: readonly unknown[]): unknown[] =>
  parameters.map((parameter) =>
    typeof parameter === "string"
      ? SUSPECT.test(parameter)
        ? postgresText(parameter)
        : parameter
      : Array.isArray(parameter)
        ? bindable(parameter)
        : parameter,
  );

/** JSON text that a jsonb parameter accepts whatever strings it carries. */
export const postgresJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "string" ? postgresText(member) : member,
  );
