/** Advisory locks: each orders one kind of number, so that its order is the order of commits. */
export const LOCKS = {
  audit: 7_402,
  auditTree: 7_406,
  hit: 7_403,
  listChange: 7_404,
  nrdChange: 7_405,
} as const;
