import { afterAll, describe, expect, it } from "vitest";
import { aFeedRoom } from "../feed-room.fixture.ts";
import { readXml } from "../xml.ts";

const room = aFeedRoom();
afterAll(() => room.app.close());

describe("?wsdl", () => {
  const get = (url: string) => room.app.inject({ method: "GET", url, headers: { host: "bof.test:8081" } });

  it.each([
    ["/bof2/services/InputCaptureWebService?wsdl", "sendCapture"],
    ["/bof2/services/inputcompactcapturewebservice?WSDL", "sendCompactCapture"],
    ["/bof2/services/InputCompoundCaptureWebService?wsdl", "sendCompoundCapture"],
    ["/bof2/services/InputBinaryCaptureDataWebService?wsdl", "addBinaryCaptureData"],
    ["/bof2/services/PingWebService?wsdl", "ping"],
    ["/bof2/webservices/InputCaptureWebService?wsdl", "addBinaryCaptureData"],
  ])("%s is well-formed and names %s and its own address", async (url, operation) => {
    const reply = await get(url);
    expect(readXml(reply.body, { xmlDepth: 20, xmlElements: 500 }).name).toBe("definitions");
    expect(reply.body).toContain(`<wsdl:operation name="${operation}">`);
    expect(reply.body).toContain(`location="http://bof.test:8081${url.split("?")[0]}"`);
  });

  it("is 404 for other services and 405 without the question", async () => {
    expect((await get("/bof2/services/GetHotlistUpdatesService?wsdl")).statusCode).toBe(404);
    expect((await get("/bof2/services/InputCaptureWebService")).statusCode).toBe(405);
  });
});
