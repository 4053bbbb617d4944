import { BlockList, isIP } from "node:net";

/**
 * Tells whether an address lies in one of some CIDR ranges; a bare address is a range of one. IPv4 addresses that came
 * through an IPv6 socket count as IPv4.
 * @throws Error naming the range that is not one, so that a service never starts with a guard that guards nothing
 */
export function networkMatcher(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const version = isIP(address);
    const width = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? width : Number(bits);
    if (version === 0 || !/^\d*$/.test(bits ?? "") || bits === "" || prefix > width) {
      throw new Error(`"${range}" is not a network; write it like 10.0.0.0/8 or 2001:db8::/32`);
    }
    list.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
  }
  return (address) => {
    const plain = address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
  };
}
