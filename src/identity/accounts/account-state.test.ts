import { describe, expect, it } from "vitest";
import {
  ACCOUNT_STATES,
  fits,
  moved,
  requireChangeable,
  STATE_ACTS,
  takesLink,
  type AccountState,
  type StateAct,
} from "./account-state.ts";

const anAccount = (state: AccountState, enrolled = true) => ({ username: "jane", state, enrolled });

describe("the states of an account (ACC-2 to ACC-5)", () => {
  it("follow each other as the table says, and in no other way", () => {
    const table = Object.fromEntries(
      STATE_ACTS.map((act) => [
        act,
        ACCOUNT_STATES.filter((state) => fits(act, state)).map(
          (state) => `${state} > ${moved(anAccount(state), act).to}`,
        ),
      ]),
    );
    expect(table).toEqual({
      suspend: ["invited > suspended", "active > suspended"],
      reactivate: ["suspended > active"],
      end: ["invited > ended", "active > ended", "suspended > ended"],
    });
  });

  it("refuse what does not fit, and say why", () => {
    const refusal = (act: StateAct, state: AccountState) => () => moved(anAccount(state), act);
    expect(refusal("suspend", "suspended")).toThrow(
      "The account jane is suspended. Only an account that is in use can be suspended.",
    );
    expect(refusal("reactivate", "active")).toThrow(/Only a suspended account/);
    expect(refusal("reactivate", "ended")).toThrow(/Only a suspended account/);
    expect(refusal("end", "ended")).toThrow(/cannot be ended again/);
    expect(() => requireChangeable(anAccount("ended"))).toThrow(/cannot be changed/);
  });

  it("bring back as invited whoever never enrolled", () => {
    expect(moved(anAccount("suspended", false), "reactivate").to).toBe("invited");
  });

  it("do the tasks that they answer: all of an account that ends, the review of one that comes back", () => {
    expect(
      STATE_ACTS.map((act) => moved(anAccount(act === "reactivate" ? "suspended" : "active"), act).does),
    ).toEqual([[], ["review-need"], "all"]);
  });

  it("let a link be followed while the account is in use", () => {
    expect(ACCOUNT_STATES.filter(takesLink)).toEqual(["invited", "active"]);
  });
});
