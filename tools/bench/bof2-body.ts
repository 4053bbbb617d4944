import { randomBytes } from "node:crypto";
import sharp from "sharp";
import type { BenchNrd } from "./bodies.ts";

/** A JPEG of at least, and close to, so many bytes: noise compresses badly, so its size can be chosen. */
export async function jpegOf(bytes: number): Promise<Buffer> {
  let width = 32;
  for (;;) {
    const height = Math.round(width * 0.6);
    const raw = { width, height, channels: 3 as const };
    const jpeg = await sharp(randomBytes(width * height * 3), { raw })
      .jpeg({ quality: 40 })
      .toBuffer();
    if (jpeg.length >= bytes * 0.9) return jpeg.length <= bytes ? jpeg : await fit(raw, bytes);
    width = Math.ceil(width * 1.08);
  }
}

async function fit(raw: { width: number; height: number; channels: 3 }, bytes: number): Promise<Buffer> {
  const noise = randomBytes(raw.width * raw.height * 3);
  for (let quality = 40; quality > 1; quality -= 2) {
    const jpeg = await sharp(noise, { raw }).jpeg({ quality }).toBuffer();
    if (jpeg.length <= bytes) return jpeg;
  }
  throw new Error(`No JPEG of ${bytes} bytes at ${raw.width} pixels.`);
}

/** A BOF2 2.2 `sendCapture` request as an Axis-like sender writes it, values inline. */
export function sendCapture(
  nrd: BenchNrd,
  vrm: string,
  captured: number,
  patch: string,
  overview: string,
): Buffer {
  const value = (name: string, type: string, text: string | number | boolean): string =>
    `<${name} xsi:type="xsd:${type}">${text}</${name}>`;
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><ns1:sendCapture soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/" xmlns:ns1="http://input.webservices.bof2.anite.com"><signatureOfSender xsi:nil="true"/><username xsi:nil="true"/>` +
      value("vrm", "string", vrm) +
      value("feedIdentifier", "short", nrd.feed) +
      value("sourceIdentifier", "short", nrd.source) +
      value("cameraIdentifier", "short", nrd.camera) +
      value("plateJpegImage", "base64Binary", patch) +
      value("overviewJpegImage", "base64Binary", overview) +
      value("captureTime", "dateTime", new Date(captured).toISOString()) +
      value("latitude", "float", 0) +
      value("longitude", "float", 0) +
      value("cameraPresetPosition", "short", 1) +
      value("confidencePercentage", "byte", 92) +
      value("motionTowardCamera", "boolean", true) +
      `</ns1:sendCapture></soapenv:Body></soapenv:Envelope>`,
    "latin1",
  );
}
