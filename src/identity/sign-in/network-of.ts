import { isIPv4, isIPv6 } from "node:net";

/**
 * The network an address belongs to, as sign-in counts it: the /24 of IPv4, the /48 of IPv6. IPv4 that came through an IPv6
 * socket counts as IPv4. Anything that is no address is a network of its own.
 */
export function networkOf(address: string): string {
  const plain = plainOf(address);
  if (isIPv4(plain)) return `${plain.split(".").slice(0, 3).join(".")}.0/24`;
  if (!isIPv6(plain)) return plain.slice(0, 64);
  return `${groupsOf(plain).slice(0, 3).join(":")}::/48`;
}

/**
 * Whose an address is, as limits count requests: an IPv4 address, or the /64 of IPv6 within which one subscriber has as many as
 * they like. IPv4 that came through an IPv6 socket counts as IPv4.
 */
export function subscriberOf(address: string): string {
  const plain = plainOf(address);
  return isIPv6(plain) ? `${groupsOf(plain).slice(0, 4).join(":")}::/64` : plain.slice(0, 64);
}

const plainOf = (address: string): string =>
  address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array<string>(gap).fill("0"), ...back].map((group) =>
    group.includes(".") ? group : (Number.parseInt(group, 16) || 0).toString(16),
  );
}
