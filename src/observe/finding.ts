/** One finding about the installation; `advice` says what to do and is empty when all is well. */
export interface Finding {
  readonly name: string;
  readonly state: "well" | "warning" | "critical";
  readonly finding: string;
  readonly advice: string;
}
