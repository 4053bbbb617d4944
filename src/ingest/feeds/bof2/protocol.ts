import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../errors.ts";
import { acceptAnyBody, mustClose, readBody } from "../body.ts";
import type { Protocol, ProtocolContext } from "../protocol.ts";
import { charsetOf, xmlText } from "../xml-text.ts";
import { BOF2_PATHS } from "./described.ts";
import { readOperation, type Operation } from "./envelope.ts";
import { Bof2Fault, faultOf } from "./faults.ts";
import { answerFor } from "./operations.ts";
import { replyWithFault, type ReplyContext, type Style } from "./replies.ts";
import { wsdlOf } from "./wsdl.ts";

/** Senders write the path in any case, NDI's in capitals; the key of a secret path stays as it is (PROTOCOLS 1.1). */
const PREFIXES = ["/:base([Bb][Oo][Ff]2)", "/feeds/bof2/:key"];
const SERVICE = /^(services|webservices)\/([^/]+)\/?$/i;
const XML_TYPE = "text/xml; charset=utf-8";
const BUSY_SECONDS = "2";

interface ServiceRequest {
  Params: { "*": string; key?: string };
}

/**
 * BOF2 2.2 under `/bof2/services/…`, 2.3 under `/bof2/webservices/…`, and both under `/feeds/bof2/<key>/…` for senders that
 * cannot send a token. Any service name takes any operation: the call says what it is.
 */
export const bof2: Protocol = {
  name: "bof2",
  ownPath: "bof2",
  knownByAddress: true,
  secretPath: "optional",
  pathFor: (key) => `${key === null ? "/bof2" : `/feeds/bof2/${key}`}/services/InputCaptureWebService`,
  described: BOF2_PATHS,
  routes(app, context) {
    void app.register(async (scope) => {
      acceptAnyBody(scope);
      for (const prefix of PREFIXES) {
        scope.post<ServiceRequest>(`${prefix}/*`, (request, reply) => receive(request, reply, context));
        scope.get<ServiceRequest>(`${prefix}/*`, describe);
      }
    });
  },
};

/** The service that a path names, and which contract it belongs to; null where none fits. */
function serviceOf(request: FastifyRequest<ServiceRequest>): { style: Style; service: string } | null {
  const [, style, service = ""] = SERVICE.exec(request.params["*"]) ?? [];
  return style === undefined ? null : { style: style.toLowerCase() as Style, service };
}

function serviceUrlOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host || "localhost"}${request.url.split("?", 1)[0] ?? ""}`;
}

async function receive(
  request: FastifyRequest<ServiceRequest>,
  reply: FastifyReply,
  context: ProtocolContext,
): Promise<FastifyReply> {
  try {
    const named = serviceOf(request);
    if (named === null)
      throw new Bof2Fault("0005", "services are at /bof2/services/… and /bof2/webservices/…");
    const source = await context.sourceOf(request, request.params.key);
    const call = await readCall(request, context);
    const answer = answerFor(call);
    context.metrics.message("bof2", call.name);
    const reception = { source, limits: context.limits, received: context.now() };
    const wrapper: ReplyContext = {
      style: named.style,
      serviceUrl: serviceUrlOf(request),
      operation: call.name,
      namespace: call.namespace,
    };
    return reply.type(XML_TYPE).send(await answer(call, reception, wrapper, context));
  } catch (error) {
    return replyFault(error, request, reply, context);
  }
}

async function readCall(request: FastifyRequest, context: ProtocolContext): Promise<Operation> {
  try {
    const bytes = await readBody(request, context.limits);
    return readOperation(xmlText(bytes, charsetOf(request.headers["content-type"])), context.limits);
  } catch (error) {
    const problem = error instanceof Bof2Fault ? new Problem("XML_INVALID", error.message) : error;
    context.unreadable(request, problem);
    throw error;
  }
}

/** Every failure is a SOAP fault with status 500: a plain status hides the code from Axis, an empty body breaks it. */
function replyFault(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ProtocolContext,
): FastifyReply {
  const fault: Bof2Fault = faultOf(error);
  context.metrics.message("bof2", `fault-${fault.code}`);
  if (fault.code === "9999") request.log.error({ err: error }, "a BOF2 message failed");
  if (fault.code === "0002") void reply.header("retry-after", BUSY_SECONDS);
  if (mustClose(error)) void reply.header("connection", "close");
  return reply.code(500).type(XML_TYPE).send(replyWithFault(fault.message));
}

async function describe(request: FastifyRequest<ServiceRequest>, reply: FastifyReply): Promise<FastifyReply> {
  const named = serviceOf(request);
  if (named === null) throw new Problem("NOT_FOUND", "There is no such service.");
  const asked = Object.keys(request.query as object).some((name) => name.toLowerCase() === "wsdl");
  if (!asked)
    throw new Problem("METHOD_NOT_ALLOWED", "Post a SOAP message here, or add ?wsdl for the contract.");
  const wsdl = wsdlOf(named.style, named.service, serviceUrlOf(request));
  if (wsdl === null)
    throw new Problem("NOT_FOUND", "There is no such service; see InputCaptureWebService?wsdl.");
  return reply.type(XML_TYPE).send(wsdl);
}
