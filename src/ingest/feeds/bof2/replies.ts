import { escapeXml } from "../xml.ts";

/** Which contract a path belongs to: `services` is 2.2 rpc/encoded, `webservices` is 2.3 document/literal. */
export type Style = "services" | "webservices";

/** What a reply is wrapped in. */
export interface ReplyContext {
  readonly style: Style;
  /** The service's own URL: 2.2 replies use it as their namespace. */
  readonly serviceUrl: string;
  readonly operation: string;
  /** The namespace of the call: 2.3 replies use the same. */
  readonly namespace: string;
}

const XML = '<?xml version="1.0" encoding="utf-8"?>';
const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
const ENCODING = "http://schemas.xmlsoap.org/soap/encoding/";
const INPUT_23 = "http://input.ws.bof2.anite.com/";
const LONGEST_NAMESPACE = 300;

const envelope22 = (inner: string): string =>
  `${XML}<soapenv:Envelope xmlns:soapenv="${SOAP}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" ` +
  `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;

function wrap22(context: ReplyContext, inner: string): string {
  const name = `${context.operation}Response`;
  const namespace = escapeXml(context.serviceUrl.slice(0, LONGEST_NAMESPACE));
  return envelope22(
    `<ns1:${name} soapenv:encodingStyle="${ENCODING}" xmlns:ns1="${namespace}">${inner}</ns1:${name}>`,
  );
}

function wrap23(context: ReplyContext, inner: string): string {
  const name = `${context.operation}Response`;
  const namespace = escapeXml(context.namespace.slice(0, LONGEST_NAMESPACE) || INPUT_23);
  return (
    `${XML}<S:Envelope xmlns:S="${SOAP}"><S:Body><ns2:${name} xmlns:ns2="${namespace}">${inner}</ns2:${name}>` +
    `</S:Body></S:Envelope>`
  );
}

/** The reply with one value, as the style of the path has it. */
export function replyWith(
  context: ReplyContext,
  value: string,
  type: "string" | "boolean" = "string",
): string {
  const text = escapeXml(value);
  if (context.style === "webservices") return wrap23(context, `<return>${text}</return>`);
  const name = `${context.operation}Return`;
  const typed =
    type === "string" ? `xsi:type="soapenc:string" xmlns:soapenc="${ENCODING}"` : `xsi:type="xsd:${type}"`;
  return wrap22(context, `<${name} ${typed}>${text}</${name}>`);
}

/** The reply with an array, in the order of the call. */
export function replyWithArray(context: ReplyContext, values: readonly string[]): string {
  if (context.style === "webservices") {
    return wrap23(context, values.map((value) => `<return>${escapeXml(value)}</return>`).join(""));
  }
  const name = `${context.operation}Return`;
  const items = values
    .map((value) => `<${name} xsi:type="soapenc:string">${escapeXml(value)}</${name}>`)
    .join("");
  const type = `soapenc:arrayType="soapenc:string[${values.length}]" xsi:type="soapenc:Array" xmlns:soapenc="${ENCODING}"`;
  return wrap22(context, `<${name} ${type}>${items}</${name}>`);
}

/** A SOAP 1.1 fault; the text begins with the code of `faults.ts`. */
export function replyWithFault(text: string): string {
  return envelope22(
    `<soapenv:Fault><faultcode>soapenv:Server.userException</faultcode><faultstring>${escapeXml(text)}</faultstring>` +
      `<detail/></soapenv:Fault>`,
  );
}
