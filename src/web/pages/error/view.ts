import type { Problem } from "../../../errors.ts";
import { sayRolesIn } from "../../words/roles.ts";

const HEADINGS: Readonly<Record<number, string>> = {
  401: "You are not signed in",
  403: "You may not do this",
  404: "There is no such page",
  409: "Somebody was faster",
  429: "Too many requests",
  500: "Something failed on our side",
  503: "The service is not available at the moment",
};

const ADVICE: Readonly<Record<number, string>> = {
  401: "Your session may have ended. Sign in and try again.",
  404: "Check the address. What was here may have been deleted because its time was over.",
  409: "Go back, reload the page and look at what it says now.",
  429: "Wait a minute and try again.",
  500: "Nothing you typed was wrong. Try again; if it happens again, tell your support desk the reference below.",
  503: "Wait a minute and try again.",
};

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];

/** What the error template says: what happened, which rules refused, what would be needed, what to do. */
export function errorView(problem: Problem) {
  const heading = HEADINGS[problem.status] ?? problem.title;
  return {
    pageTitle: heading,
    heading,
    detail: problem.status === 500 ? "" : problem.message,
    rules: strings(problem.extra["rules"]),
    needed: strings(problem.extra["needed"]).map(sayRolesIn),
    advice: ADVICE[problem.status] ?? "",
    errors: problem.errors,
    code: problem.code,
    signInLink: problem.status === 401,
  };
}
