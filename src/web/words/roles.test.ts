import { describe, expect, it } from "vitest";
import { ROLES } from "../../policy/roles.ts";
import { sayOwn, sayOwnRoles, sayRoles, sayRolesIn, sayRoleTitle } from "./roles.ts";

describe("roles", () => {
  it("are named to people in words", () => {
    expect(sayOwn(["dpo"])).toBe("data protection officer");
    expect(sayRoles(["estate"])).toBe("the role camera manager");
    expect(sayRoles(["analyst", "listmanager", "admin"])).toBe(
      "the roles analyst, list manager and administrator",
    );
    expect(sayOwnRoles(["nationalauditor"])).toBe("Your role, national auditor, does");
    expect(sayRoleTitle("commissioner")).toBe("Information Commissioner");
    expect(sayRoleTitle("nationaladmin")).toBe("National administrator");
    expect(new Set(ROLES.map(sayRoleTitle)).size).toBe(ROLES.length);
  });

  it("are put into words within what a rule says, and nowhere else", () => {
    expect(sayRolesIn("Needed: One of the roles authoriser, dpo, nationalauditor.")).toBe(
      "Needed: One of the roles authoriser, data protection officer, national auditor.",
    );
    expect(sayRolesIn("the role estate, which the estate needs")).toBe(
      "the role camera manager, which the estate needs",
    );
    expect(sayRolesIn("Another role: an administrator's.")).toBe("Another role: an administrator's.");
  });
});
