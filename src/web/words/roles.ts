/** Roles in a sentence: `the role estate`, `the roles analyst and investigator`. */
export const sayRoles = (roles: readonly string[]): string =>
  `the ${roles.length === 1 ? "role" : "roles"} ${roles.join(", ").replace(/, ([^,]*)$/, " and $1")}`;

/** A person's own roles: `operator`, `analyst and investigator`. */
export const sayOwn = (roles: readonly string[]): string => roles.join(", ").replace(/, ([^,]*)$/, " and $1");
