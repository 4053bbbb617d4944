import { lookup, type LookupAddress } from "node:dns";
import { request } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import type { CustomFetch } from "openid-client";

/** What a provider may answer with; its documents have a few thousand bytes. */
const MOST_BYTES = 1_000_000;

/** Addresses nobody outside is reached at: this machine, private and link-local networks, and those that stand for them. */
const NOT_PUBLIC = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  NOT_PUBLIC.addSubnet(network, bits, "ipv4");
NOT_PUBLIC.addSubnet("2001::", 23, "ipv6");
NOT_PUBLIC.addSubnet("2002::", 16, "ipv6");

const GLOBAL_IPV6 = new BlockList();
GLOBAL_IPV6.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address is one of the public network. Anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !NOT_PUBLIC.check(address, "ipv4");
  return version === 6 && GLOBAL_IPV6.check(address, "ipv6") && !NOT_PUBLIC.check(address, "ipv6");
}

/** Whether a URL may be asked at all, before its name is looked up: https, and no address of a network within. */
export function isPublicUrl(url: URL): boolean {
  // A dot at the end makes a name no other name.
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.+$/, "");
  if (url.protocol !== "https:" || host === "localhost" || host.endsWith(".localhost")) return false;
  return isIP(host) === 0 || isPublicAddress(host);
}

/** Looks a name up and gives nothing unless every address is public; what is connected to is what was looked at. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) return done(error ?? new Error("No address"), "");
    if (!addresses.every(({ address }) => isPublicAddress(address)))
      return done(new Error(`${hostname} leads into a network that is not public`), "");
    if (options.all === true) return done(null, addresses);
    return done(null, first.address, first.family);
  });
};

/**
 * Fetches from the public network only, so that nobody can make the service call itself or its neighbours; follows nothing.
 * @throws Error for an address that is not public, and for an answer that is too long
 */
export const publicFetch: CustomFetch = async (address, { body, headers, method, signal }) => {
  const url = new URL(address);
  if (!isPublicUrl(url)) throw new Error(`${url.host} is not of the public network`);
  const sent = body === null || body === undefined ? undefined : await new Response(body).text();
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method, headers, lookup: publicLookup, ...(signal && { signal }) },
      (reply) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        reply.on("data", (part: Buffer) => {
          bytes += part.length;
          if (bytes > MOST_BYTES) reply.destroy(new Error(`${url.host} answers with too much`));
          else parts.push(part);
        });
        reply.on("error", reject);
        reply.on("end", () => {
          const type = reply.headers["content-type"];
          const status = reply.statusCode ?? 500;
          const text = status === 204 || status === 304 ? null : Buffer.concat(parts);
          resolve(
            new Response(text, { status, headers: type === undefined ? {} : { "content-type": type } }),
          );
        });
      },
    );
    asked.on("error", reject);
    asked.end(sent);
  });
};
