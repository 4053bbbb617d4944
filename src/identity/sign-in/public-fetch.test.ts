import { describe, expect, it } from "vitest";
import { isPublicAddress, isPublicUrl, publicFetch, publicLookup } from "./public-fetch.ts";

describe("what the service may ask outside", () => {
  it("is an address of the public network", () => {
    for (const address of ["8.8.8.8", "51.140.0.1", "2606:4700::1111"])
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    for (const address of [
      "127.0.0.1",
      "0.0.0.0",
      "10.1.2.3",
      "172.31.255.1",
      "192.168.0.1",
      "169.254.169.254",
      "100.64.0.1",
      "::1",
      "::",
      "fe80::1",
      "fd00::1",
      "::ffff:10.0.0.1",
      "64:ff9b::a00:1",
      "2002:a00:1::1",
      "not an address",
    ])
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
  });

  it("is asked over https, and never at an address within, however it is written", () => {
    expect(isPublicUrl(new URL("https://login.example/.well-known"))).toBe(true);
    for (const url of [
      "https://localhost.",
      "https://login.localhost./a",
      "https://10.1.2.3./",
      "http://login.example",
      "https://localhost",
      "https://a.localhost",
      "https://127.1",
      "https://0x7f000001",
      "https://[::1]",
      "https://[::ffff:127.0.0.1]",
      "https://169.254.169.254/latest",
    ])
      expect([url, isPublicUrl(new URL(url))]).toEqual([url, false]);
  });

  it("is refused also where a name leads within", async () => {
    const error = await new Promise((resolve) => publicLookup("localhost", {}, resolve));
    expect(String(error)).toContain("not public");
    const options = { body: undefined, headers: {}, method: "GET", redirect: "manual" } as const;
    await expect(publicFetch("https://127.0.0.1:1/", options)).rejects.toThrow("public network");
  });
});
