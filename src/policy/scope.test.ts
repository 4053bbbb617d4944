import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.ts";
import { PolicyInForce } from "./in-force.ts";
import { loadPolicyPack, readPolicyPack } from "./pack.ts";
import { isNationalRole, ROLES, type Role } from "./roles.ts";
import { isEverywhere, isWithin, scopeOf, type ScopedAction } from "./scope.ts";

const shipped = loadPolicyPack(join(projectRoot, "policies/uk"));
const asked = (...roles: Role[]) => ({ roles, organisation: { id: 7 } });
const everywhere = (action: ScopedAction): readonly Role[] =>
  ROLES.filter((role) => scopeOf(asked(role), action).organisation === null);

let policy: PolicyInForce;
beforeAll(() => {
  policy = new PolicyInForce(shipped);
});

describe("the scope of what somebody may see", () => {
  it("is their own organisation, or every one where the pack says so of their role", () => {
    expect(scopeOf(asked("auditor"), "audit.search")).toEqual({ organisation: 7 });
    expect(scopeOf(asked("auditor", "nationalauditor"), "audit.search")).toEqual({ organisation: null });
    expect(scopeOf(asked(), "account.see")).toEqual({ organisation: 7 });
    expect(everywhere("audit.search")).toEqual(["nationalauditor", "commissioner"]);
    expect(everywhere("authority.see")).toEqual(["nationalauditor"]);
    expect(everywhere("account.see")).toEqual(["nationaladmin"]);
    for (const action of ["suspension.see", "task.see", "source.see"] as const)
      expect(everywhere(action)).toEqual(["nationalauditor", "nationaladmin"]);
  });

  it("holds what is of its organisation; what is of the service itself only where it is over all", () => {
    expect([7, 8, null].map((of) => isWithin({ organisation: 7 }, of))).toEqual([true, false, false]);
    expect([7, 8, null].map((of) => isWithin({ organisation: null }, of))).toEqual([true, true, true]);
  });

  it("is no wider under an older pack, that has no sentence about it", () => {
    const older = shipped.texts["access.cedar"].replace(
      /@id\("national-auditor-looks-everywhere"\)[^]*?;\n/,
      "",
    );
    policy.change(readPolicyPack({ ...shipped.texts, "access.cedar": older }));
    expect(isEverywhere(["nationalauditor"], "audit.search")).toBe(false);
    expect(scopeOf(asked("nationalauditor"), "audit.search")).toEqual({ organisation: 7 });
    policy.change(shipped);
  });

  it("is never over all for a role that is not given nationally, whatever a pack says", () => {
    const loose = shipped.texts["access.cedar"].replace(
      '  principal in Role::"commissioner",\n  action == Action::"audit.search-everywhere"',
      '  principal in Role::"supervisor",\n  action == Action::"audit.search-everywhere"',
    );
    expect(isNationalRole("supervisor")).toBe(false);
    expect(() => readPolicyPack({ ...shipped.texts, "access.cedar": loose })).toThrow(
      "it lets the role supervisor take audit.search-everywhere",
    );
  });
});
