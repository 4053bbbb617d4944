import type { SimulatedRead } from "./simulated-read.ts";

/** Where BOF2 2.2 takes captures (PROTOCOLS 1.1). */
export const BOF2_PATH = "/bof2/services/InputCaptureWebService";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A read as a BOF2 2.2 `sendCapture` envelope, values inline as .NET senders write them; position in decimal degrees. */
export function sendCapture(
  read: SimulatedRead,
  images: { readonly patch: Buffer; readonly overview: Buffer } | undefined,
): string {
  const { nrd } = read;
  const part = (name: string, type: string, value: string | number | boolean): string =>
    `<${name} xsi:type="xsd:${type}">${value}</${name}>`;
  return [
    `<?xml version="1.0" encoding="utf-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><in:sendCapture xmlns:in="http://input.webservices.bof2.anite.com" soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">`,
    part("signatureOfSender", "string", ""),
    part("username", "string", "simulator"),
    part("vrm", "string", escaped(read.sent)),
    part("feedIdentifier", "short", nrd.feed),
    part("sourceIdentifier", "short", nrd.source),
    part("cameraIdentifier", "short", nrd.camera),
    images === undefined ? "" : part("plateJpegImage", "base64Binary", images.patch.toString("base64")),
    images === undefined ? "" : part("overviewJpegImage", "base64Binary", images.overview.toString("base64")),
    part("captureTime", "dateTime", new Date(read.captured).toISOString()),
    part("latitude", "float", nrd.latitude),
    part("longitude", "float", nrd.longitude),
    part("cameraPresetPosition", "short", 0),
    part("confidencePercentage", "byte", read.confidence),
    part("motionTowardCamera", "boolean", read.direction === "towards"),
    "</in:sendCapture></soapenv:Body></soapenv:Envelope>",
  ].join("");
}

/** What a BOF2 reply asks of the sender (PROTOCOLS 1.7): done, send again after a pause, or never send this again. */
export function bof2Duty(status: number, reply: string): "done" | "again" | "drop" {
  if (status === 200 && !reply.includes("faultstring")) return "done";
  const code = /<faultstring[^>]*>\s*(\d{4})/.exec(reply)?.[1];
  if (code === undefined)
    return status === 0 || status >= 500 || status === 429 || status === 408 ? "again" : "drop";
  return ["0001", "0002", "9999"].includes(code) || code.startsWith("005") ? "again" : "drop";
}
