/** The rows of an answer in ClickHouse's JSONEachRow format: an object a line. */
export const rowsIn = <Row>(answer: string): Row[] =>
  answer === "" ? [] : (JSON.parse(`[${answer.trimEnd().replaceAll("\n", ",")}]`) as Row[]);
