/** A hit may be told before the archive shows its images; after these waits they are given up. */
const WAITS_MS = [500, 1_500, 4_000, 10_000] as const;
const tries = new WeakMap<HTMLImageElement, number>();

/** Asks for an image that did not come once more, a little later. Out: false when it was asked for often enough. */
export function retryImage(image: HTMLImageElement): boolean {
  const tried = tries.get(image) ?? 0;
  const wait = WAITS_MS[tried];
  if (wait === undefined) return false;
  tries.set(image, tried + 1);
  const address = image.src;
  setTimeout(() => {
    image.src = address;
  }, wait);
  return true;
}
