/** How sure the camera said it was, in words beside the number. In: 0 to 100, or null when the device does not say. */
export function sayCertainty(confidence: number | null): string {
  if (confidence === null) return "The camera did not say how confident it was.";
  if (confidence >= 90)
    return `The camera was very confident: ${confidence} out of 100. It can still be wrong: look at the plate.`;
  if (confidence >= 75)
    return `The camera was fairly confident: ${confidence} out of 100. Look at the plate before you act.`;
  if (confidence >= 50)
    return `The camera was not confident: ${confidence} out of 100. Check each character against the plate.`;
  return `The camera was guessing: ${confidence} out of 100. Treat these characters as doubtful.`;
}
