import { escapeXml } from "../xml.ts";
import type { Style } from "./replies.ts";

/** One parameter: its name in 2.2, its name in 2.3 (absent there when null), its XML Schema type. */
type Parameter = readonly [name22: string, name23: string | null, type: string];

interface Described {
  readonly namespace22: string;
  readonly namespace23: string;
  readonly parameters: readonly Parameter[];
  readonly returns: "string" | "boolean" | "strings";
}

const INPUT = {
  namespace22: "http://input.webservices.bof2.anite.com",
  namespace23: "http://input.ws.bof2.anite.com/",
};
const ADMIN = {
  namespace22: "http://admin.webservices.bof2.anite.com",
  namespace23: "http://admin.ws.bof2.anite.com/",
};
const IDENTITY: readonly Parameter[] = [
  ["vrm", "vrm", "string"],
  ["feedIdentifier", "feedID", "short"],
  ["sourceIdentifier", "sourceID", "short"],
  ["cameraIdentifier", "cameraID", "short"],
];

const DESCRIBED: Readonly<Record<string, Described>> = {
  sendCapture: {
    ...INPUT,
    returns: "string",
    parameters: [
      ["signatureOfSender", null, "string"],
      ["username", null, "string"],
      ...IDENTITY,
      ["plateJpegImage", "plateimage", "base64Binary"],
      ["overviewJpegImage", "overviewimage", "base64Binary"],
      ["captureTime", "capturedate", "dateTime"],
      ["latitude", "latitude", "float"],
      ["longitude", "longitude", "float"],
      ["cameraPresetPosition", "camerapresetposition", "short"],
      ["cameraPan", "camerapan", "string"],
      ["cameraTilt", "cameratilt", "string"],
      ["cameraZoom", "camerazoom", "string"],
      ["confidencePercentage", "confidencepercentage", "byte"],
      ["motionTowardCamera", "motiontowardcamera", "boolean"],
    ],
  },
  sendCompactCapture: { ...INPUT, returns: "string", parameters: [["capture", "capture", "string"]] },
  sendCompoundCapture: { ...INPUT, returns: "strings", parameters: [["captures", "captures", "strings"]] },
  addBinaryCaptureData: {
    ...INPUT,
    returns: "string",
    parameters: [
      ["signature", null, "string"],
      ["username", null, "string"],
      ...IDENTITY,
      ["captureTime", "capturedate", "dateTime"],
      ["binaryImage", "binaryimage", "base64Binary"],
      ["binaryDataType", "binarydatatype", "string"],
    ],
  },
  ping: {
    ...ADMIN,
    returns: "boolean",
    parameters: [
      ["signature", null, "string"],
      ["sourcePncId", "sourcePncId", "int"],
    ],
  },
};

/** Which operations a service's contract lists: one each in 2.2, an area in 2.3 (PROTOCOLS 1.1). */
const SERVICES: Readonly<Record<Style, Readonly<Record<string, readonly string[]>>>> = {
  services: {
    InputCaptureWebService: ["sendCapture"],
    InputCompactCaptureWebService: ["sendCompactCapture"],
    InputCompoundCaptureWebService: ["sendCompoundCapture"],
    InputBinaryCaptureDataWebService: ["addBinaryCaptureData"],
    PingWebService: ["ping"],
  },
  webservices: {
    InputCaptureWebService: [
      "sendCapture",
      "sendCompactCapture",
      "sendCompoundCapture",
      "addBinaryCaptureData",
    ],
    InputBinaryDataWebService: ["addBinaryCaptureData"],
    PingWebService: ["ping"],
  },
};

/**
 * The contract of a service, for clients that fetch it.
 * @param service any case, as in the path.
 * @returns null when no such service is offered.
 */
export function wsdlOf(style: Style, service: string, address: string): string | null {
  const name = Object.keys(SERVICES[style]).find((known) => known.toLowerCase() === service.toLowerCase());
  if (name === undefined) return null;
  const operations = SERVICES[style][name] ?? [];
  const write = style === "services" ? rpcEncoded : documentLiteral;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(name, operations, escapeXml(address))}\n`;
}

const describedAs = (operation: string): Described => DESCRIBED[operation] as Described;

function definitions(targetNamespace: string, inner: readonly string[]): string {
  return [
    `<wsdl:definitions targetNamespace="${targetNamespace}" xmlns:tns="${targetNamespace}"`,
    ' xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"',
    ' xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">',
    ...inner,
    "</wsdl:definitions>",
  ].join("\n");
}

const portType = (name: string, operations: readonly string[]): string =>
  `<wsdl:portType name="${name}">${operations
    .map(
      (operation) =>
        `<wsdl:operation name="${operation}"><wsdl:input message="tns:${operation}Request"/>` +
        `<wsdl:output message="tns:${operation}Response"/></wsdl:operation>`,
    )
    .join("")}</wsdl:portType>`;

function binding(
  name: string,
  style: string,
  operations: readonly string[],
  body: (side: string, operation: string) => string,
) {
  const inner = operations.map(
    (operation) =>
      `<wsdl:operation name="${operation}"><soap:operation soapAction=""/>` +
      `<wsdl:input>${body("input", operation)}</wsdl:input><wsdl:output>${body("output", operation)}</wsdl:output></wsdl:operation>`,
  );
  return (
    `<wsdl:binding name="${name}SoapBinding" type="tns:${name}">` +
    `<soap:binding style="${style}" transport="http://schemas.xmlsoap.org/soap/http"/>${inner.join("")}</wsdl:binding>`
  );
}

const serviceAt = (name: string, address: string): string =>
  `<wsdl:service name="${name}Service"><wsdl:port name="${name}" binding="tns:${name}SoapBinding">` +
  `<soap:address location="${address}"/></wsdl:port></wsdl:service>`;

function rpcEncoded(name: string, operations: readonly string[], address: string): string {
  const arrays =
    `<wsdl:types><xsd:schema targetNamespace="${address}"><xsd:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>` +
    '<xsd:complexType name="ArrayOfString"><xsd:complexContent><xsd:restriction base="soapenc:Array">' +
    '<xsd:attribute ref="soapenc:arrayType" wsdl:arrayType="xsd:string[]"/>' +
    "</xsd:restriction></xsd:complexContent></xsd:complexType></xsd:schema></wsdl:types>";
  const typed = (type: string): string => (type === "strings" ? "tns:ArrayOfString" : `xsd:${type}`);
  const messages = operations.map((operation) => {
    const { parameters, returns } = describedAs(operation);
    const parts = parameters.map(([part, , type]) => `<wsdl:part name="${part}" type="${typed(type)}"/>`);
    return (
      `<wsdl:message name="${operation}Request">${parts.join("")}</wsdl:message>` +
      `<wsdl:message name="${operation}Response"><wsdl:part name="${operation}Return" type="${typed(returns)}"/></wsdl:message>`
    );
  });
  const encoding = 'use="encoded" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"';
  const body = (side: string, operation: string): string =>
    `<soap:body ${encoding} namespace="${side === "input" ? describedAs(operation).namespace22 : address}"/>`;
  return definitions(address, [
    arrays,
    ...messages,
    portType(name, operations),
    binding(name, "rpc", operations, body),
    serviceAt(name, address),
  ]);
}

function documentLiteral(name: string, operations: readonly string[], address: string): string {
  const namespace = describedAs(operations[0] ?? "ping").namespace23;
  const element = (member: string, type: string): string =>
    type === "strings"
      ? `<xsd:element name="${member}" type="xsd:string" minOccurs="0" maxOccurs="unbounded"/>`
      : `<xsd:element name="${member}" type="xsd:${type}" minOccurs="0"/>`;
  const wrapper = (member: string, inner: readonly string[]): string =>
    `<xsd:element name="${member}"><xsd:complexType><xsd:sequence>${inner.join("")}</xsd:sequence></xsd:complexType></xsd:element>`;
  const elements = operations.map((operation) => {
    const { parameters, returns } = describedAs(operation);
    const inner = parameters.map(([, member, type]) => (member === null ? "" : element(member, type)));
    return wrapper(operation, inner) + wrapper(`${operation}Response`, [element("return", returns)]);
  });
  const messages = operations.map(
    (operation) =>
      `<wsdl:message name="${operation}Request"><wsdl:part name="parameters" element="tns:${operation}"/></wsdl:message>` +
      `<wsdl:message name="${operation}Response"><wsdl:part name="parameters" element="tns:${operation}Response"/></wsdl:message>`,
  );
  return definitions(namespace, [
    `<wsdl:types><xsd:schema targetNamespace="${namespace}" elementFormDefault="unqualified">${elements.join("")}</xsd:schema></wsdl:types>`,
    ...messages,
    portType(name, operations),
    binding(name, "document", operations, () => '<soap:body use="literal"/>'),
    serviceAt(name, address),
  ]);
}
