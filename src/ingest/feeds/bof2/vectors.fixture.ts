import { JPEG_64 } from "../feed-room.fixture.ts";

const SOAP = 'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"';
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const ENC = 'xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/"';

/** A SOAP envelope round some calls and what goes with them. */
export const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><e:Envelope ${SOAP} ${XSI} ${ENC}><e:Body>${body}</e:Body></e:Envelope>`;

/** Children by name; a value of null is left out, `nil` and raw markup are as given. */
const children = (values: Readonly<Record<string, string | null>>): string =>
  Object.entries(values)
    .map(([name, value]) =>
      value === null ? "" : value.startsWith("<") ? value : `<${name}>${value}</${name}>`,
    )
    .join("");

const CAPTURE_22 = {
  signatureOfSender: "",
  username: "",
  vrm: "KT66 XYZ",
  feedIdentifier: "43",
  sourceIdentifier: "115",
  cameraIdentifier: "2",
  plateJpegImage: JPEG_64,
  overviewJpegImage: JPEG_64,
  captureTime: "2026-11-22T08:15:30.123Z",
  latitude: "51.5",
  longitude: "-0.5",
  cameraPresetPosition: "0",
  cameraPan: "0",
  cameraTilt: "0",
  cameraZoom: "0",
  confidencePercentage: "87",
  motionTowardCamera: "true",
};

/** `sendCapture` with inline values, as .NET and PHP write it. */
export const capture22 = (differing: Readonly<Record<string, string | null>> = {}): string =>
  envelope(
    `<q:sendCapture xmlns:q="http://input.webservices.bof2.anite.com">${children({ ...CAPTURE_22, ...differing })}</q:sendCapture>`,
  );

const CAPTURE_23 = {
  vrm: "KT66 XYZ",
  feedID: "43",
  sourceID: "115",
  cameraID: "2",
  plateimage: JPEG_64,
  overviewimage: JPEG_64,
  capturedate: "2026-11-22T08:15:30.123Z",
  latitude: "51.5",
  longitude: "-0.5",
  confidencepercentage: "87",
  motiontowardcamera: "true",
};

export const capture23 = (differing: Readonly<Record<string, string | null>> = {}): string =>
  envelope(
    `<n:sendCapture xmlns:n="http://input.ws.bof2.anite.com/">${children({ ...CAPTURE_23, ...differing })}</n:sendCapture>`,
  );

/** `sendCapture` as Axis 1.4 writes it: numbers behind references, in an order of their own, shared where equal. */
export const captureAxis = (): string =>
  envelope(
    `<q:sendCapture xmlns:q="http://input.webservices.bof2.anite.com">${children({
      ...CAPTURE_22,
      username: '<username xsi:nil="true"/>',
      overviewJpegImage: '<overviewJpegImage xsi:nil="true"/>',
      feedIdentifier: '<feedIdentifier href="#id2"/>',
      sourceIdentifier: '<sourceIdentifier href="#id0"/>',
      cameraIdentifier: '<cameraIdentifier href="#id1"/>',
      cameraPresetPosition: '<cameraPresetPosition href="#id1"/>',
      confidencePercentage: '<confidencePercentage href="#id3"/>',
      motionTowardCamera: '<motionTowardCamera href="#id4"/>',
    })}</q:sendCapture>` +
      '<multiRef id="id4" enc:root="0" xsi:type="xsd:boolean">false</multiRef><multiRef id="id0" enc:root="0">115</multiRef>' +
      '<multiRef id="id1" enc:root="0">2</multiRef><multiRef id="id3" enc:root="0">87</multiRef>' +
      '<multiRef id="id2" enc:root="0">43</multiRef>',
  );

/** `sendCapture` as gSOAP writes it: equal images and empty strings behind references, times without fraction. */
export const captureGsoap = (): string =>
  envelope(
    `<q:sendCapture xmlns:q="http://input.webservices.bof2.anite.com">${children({
      ...CAPTURE_22,
      signatureOfSender: '<signatureOfSender href="#_1"/>',
      username: '<username href="#_1"/>',
      plateJpegImage: '<plateJpegImage href="#_2"/>',
      overviewJpegImage: '<overviewJpegImage href="#_2"/>',
      captureTime: "2026-11-22T08:15:30Z",
      latitude: "3090.00005",
      longitude: "-29.9999985",
    })}</q:sendCapture><id id="_1" xsi:type="xsd:string"></id><id id="_2" xsi:type="xsd:base64Binary">${JPEG_64}</id>`,
  );

export const COMPACT_ONE = "| | KT66XYZ| 43| 115| 2| 1795335330123| 51.5| -0.5| 0| | | | 87| True";
export const COMPACT_TWO = "| | LM52ABC| 43| 115| 3| 1795335331000| | | | | | | 0| False";

export const compact = (text: string): string =>
  envelope(
    `<q:sendCompactCapture xmlns:q="http://input.webservices.bof2.anite.com"><capture>${text}</capture></q:sendCompactCapture>`,
  );

/** `sendCompoundCapture`: one array element in 2.2, with items of any name. */
export const compound22 = (texts: readonly string[], item = "item"): string =>
  envelope(
    `<q:sendCompoundCapture xmlns:q="http://input.webservices.bof2.anite.com"><captures enc:arrayType="enc:string[${texts.length}]">` +
      `${texts.map((text) => `<${item}>${text}</${item}>`).join("")}</captures></q:sendCompoundCapture>`,
  );

/** The same as .NET writes it: the array beside the call. */
export const compoundDotNet = (texts: readonly string[]): string =>
  envelope(
    '<q:sendCompoundCapture xmlns:q="http://input.webservices.bof2.anite.com"><captures href="#id1"/></q:sendCompoundCapture>' +
      `<enc:Array id="id1" enc:arrayType="xsd:string[${texts.length}]">${texts.map((text) => `<Item>${text}</Item>`).join("")}</enc:Array>`,
  );

export const compound23 = (texts: readonly string[]): string =>
  envelope(
    `<n:sendCompoundCapture xmlns:n="http://input.ws.bof2.anite.com/">${texts.map((text) => `<captures>${text}</captures>`).join("")}</n:sendCompoundCapture>`,
  );

const BINARY = {
  signature: "",
  username: "",
  vrm: "KT66 XYZ",
  feedIdentifier: "43",
  sourceIdentifier: "115",
  cameraIdentifier: "2",
  captureTime: "2026-11-22T08:15:30.123Z",
  binaryImage: JPEG_64,
  binaryDataType: "P",
};

export const binary = (differing: Readonly<Record<string, string | null>> = {}): string =>
  envelope(
    `<q:addBinaryCaptureData xmlns:q="http://input.webservices.bof2.anite.com">${children({ ...BINARY, ...differing })}</q:addBinaryCaptureData>`,
  );
