import { isIPv6 } from "node:net";
import { networkOf } from "../sign-in/network-of.ts";

/**
 * The part of the world an address lies in, as far as an address tells: the /16 of IPv4, the /32 of IPv6. Two of them at once
 * are two places. Every loopback address is one place: this machine.
 */
export function wideNetworkOf(address: string): string {
  const plain = address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
  if (plain === "::1" || plain.startsWith("127.")) return "this machine";
  const network = networkOf(plain);
  return isIPv6(plain)
    ? `${network.split(":").slice(0, 2).join(":")}::/32`
    : network.replace(/^(\d+\.\d+)\.\d+\.0\/24$/, "$1.0.0/16");
}
