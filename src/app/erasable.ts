import type { Erasable } from "../retention/erase-logged.ts";
import { PostgresPastPeople } from "../storage/postgres/identity/past-people.ts";
import { pastRows } from "../storage/postgres/retention/past-rows.ts";
import type { Stores } from "./stores.ts";

/** Reads apart that nobody decided about in time. */
export const quarantined = ({ quarantine }: Pick<Stores, "quarantine">): Erasable => ({
  kind: "reads in quarantine",
  due: (before) => quarantine.toExpire(before),
  erase: (before) => quarantine.expire(before),
});

/** Images whose read never came. */
export const waitingImages = ({ pendingImages }: Pick<Stores, "pendingImages">): Erasable => ({
  kind: "images without a read",
  due: (before) => pendingImages.toExpire(before),
  erase: (before) => pendingImages.expire(before),
});

/** The VRM or pattern that an enquiry was about. */
export const vehiclesAskedFor = ({ enquiries }: Pick<Stores, "enquiries">): Erasable => ({
  kind: "VRMs of enquiries",
  due: (before) => enquiries.withVehicles(before),
  erase: (before) => enquiries.forgetVehicles(before),
});

/** The VRMs and reasons of an authority that ended. */
export const casesOfAuthorities = ({ authorities }: Pick<Stores, "authorities">): Erasable => ({
  kind: "cases of authorities",
  due: (before) => authorities.withCases(before),
  erase: (before) => authorities.forgetCases(before),
});

/** The vehicle, and what was said about it, of an entry of a list that has ended. */
export const endedEntries = ({ lists }: Pick<Stores, "lists">): Erasable => ({
  kind: "ended entries of lists",
  due: (before) => lists.endedWithVehicles(before),
  erase: (before) => lists.forgetEnded(before),
});

/** Who acted and why, beside the log: gone when the log has forgotten it. */
export const pastTheLog = ({ database }: Pick<Stores, "database">): readonly Erasable[] => [
  pastRows(database, "enquiry"),
  pastRows(database, "suspicion"),
  pastRows(database, "account_task"),
  new PostgresPastPeople(database),
];
