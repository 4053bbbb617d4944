import { expect, it } from "vitest";
import { subscriberOf } from "./network-of.ts";

it("counts as one subscriber all addresses of one IPv6 network, and each of IPv4 alone", () => {
  expect(subscriberOf("2001:db8:1:2::1")).toBe("2001:db8:1:2::/64");
  expect(subscriberOf("2001:0DB8:1:2:ffff:0:0:9")).toBe("2001:db8:1:2::/64");
  expect(subscriberOf("2001:db8:1:3::1")).toBe("2001:db8:1:3::/64");
  expect(subscriberOf("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  expect(subscriberOf("192.0.2.7")).toBe("192.0.2.7");
  expect(subscriberOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
});
