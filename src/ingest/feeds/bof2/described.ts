import type { DescribedPaths } from "../protocol.ts";

const text = { schema: { type: "string" } };
const service = { name: "service", in: "path", required: true, schema: { type: "string" } };
const soap = (version: string) => ({
  get: {
    tags: ["feeds"],
    summary: `BOF ${version} service description`,
    security: [],
    parameters: [service, { name: "wsdl", in: "query", allowEmptyValue: true, schema: { type: "string" } }],
    responses: { 200: { description: "WSDL", content: { "text/xml": text } } },
  },
  post: {
    tags: ["feeds"],
    summary: `BOF ${version} SOAP calls`,
    security: [{ feed: [] }],
    parameters: [service],
    requestBody: { required: true, content: { "text/xml": text } },
    responses: { 200: { description: "SOAP reply", content: { "text/xml": text } } },
  },
});

/** The SOAP services, for the OpenAPI document. */
export const BOF2_PATHS: DescribedPaths = {
  "/bof2/services/{service}": soap("2.2"),
  "/bof2/webservices/{service}": soap("2.3"),
};
