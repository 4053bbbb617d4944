import type { Forgettable } from "../retention/forget-logged.ts";
import type { Stores } from "./stores.ts";

/** Reads apart that nobody decided about in time. */
export const quarantined = ({ quarantine }: Pick<Stores, "quarantine">): Forgettable => ({
  kind: "reads in quarantine",
  due: (before) => quarantine.toExpire(before),
  forget: (before) => quarantine.expire(before),
});

/** Images whose read never came. */
export const waitingImages = ({ pendingImages }: Pick<Stores, "pendingImages">): Forgettable => ({
  kind: "images without a read",
  due: (before) => pendingImages.toExpire(before),
  forget: (before) => pendingImages.expire(before),
});

/** The VRM or pattern that an enquiry was about. */
export const vehiclesAskedFor = ({ enquiries }: Pick<Stores, "enquiries">): Forgettable => ({
  kind: "VRMs of enquiries",
  due: (before) => enquiries.withVehicles(before),
  forget: (before) => enquiries.forgetVehicles(before),
});

/** The VRMs and reasons of an authority that ended. */
export const casesOfAuthorities = ({ authorities }: Pick<Stores, "authorities">): Forgettable => ({
  kind: "cases of authorities",
  due: (before) => authorities.withCases(before),
  forget: (before) => authorities.forgetCases(before),
});
