import type { Problem } from "../../../errors.ts";
import { sayRolesIn } from "../../words/roles.ts";

const HEADINGS: Readonly<Record<number, string>> = {
  401: "You are not signed in",
  403: "You do not have permission to do this",
  404: "Page not found",
  409: "Someone else got there first",
  429: "Too many requests",
  500: "Sorry, there is a problem with the service",
  503: "Sorry, the service is unavailable",
};

const ADVICE: Readonly<Record<number, string>> = {
  401: "Your session may have ended. Sign in and try again.",
  404: "Check the address. What was here may have been deleted at the end of its retention period.",
  409: "Go back, reload the page and check what it says now.",
  429: "Wait a minute and try again.",
  500: "You did nothing wrong. Try again. If it happens again, give your support desk the code below.",
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
