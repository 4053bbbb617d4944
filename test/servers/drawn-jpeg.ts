import sharp from "sharp";

const drawn = new Map<string, Promise<Buffer>>();

/** A drawn plate or vehicle, not a photograph. */
export function drawnJpeg(kind: "patch" | "overview", vrm: string): Promise<Buffer> {
  const known = drawn.get(`${kind}${vrm}`);
  if (known !== undefined) return known;
  const words = vrm.replace(/[^A-Z0-9 ]/g, "");
  const svg =
    kind === "patch"
      ? `<svg xmlns="http://www.w3.org/2000/svg" width="260" height="60"><rect width="260" height="60" fill="#f4d43a"/><text x="130" y="46" font-size="44" font-family="sans-serif" font-weight="bold" text-anchor="middle">${words}</text></svg>`
      : `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="#4a5a63"/><rect y="230" width="640" height="130" fill="#33393c"/><path d="M170 250 L210 150 H430 L470 250 Z" fill="#234f8f"/><rect x="150" y="230" width="340" height="80" rx="14" fill="#2b5fa8"/><rect x="270" y="265" width="100" height="24" fill="#f4d43a"/></svg>`;
  const jpeg = sharp(Buffer.from(svg)).jpeg({ quality: 70 }).toBuffer();
  drawn.set(`${kind}${vrm}`, jpeg);
  return jpeg;
}
