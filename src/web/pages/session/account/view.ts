import type { StoredPasskey } from "../../../../identity/sign-in/passkey-store.ts";
import type { OwnAccount } from "../../../../identity/sign-in/own-account.ts";
import type { SignInMethod } from "../../../../identity/sign-in/session-store.ts";
import { sayTime } from "../../../words/london-time.ts";
import { sayDevice } from "./device.ts";
import type { Caller } from "../../../../identity/caller.ts";

const METHODS: Readonly<Record<SignInMethod, string>> = {
  totp: "Password and code",
  "recovery-code": "Password and recovery code",
  passkey: "Passkey",
  provider: "Your organisation’s account",
};

const DONE: Readonly<Record<string, string>> = {
  session: "The session has ended.",
  passkey: "The passkey has been removed.",
  "passkey-added": "The passkey has been added. You can now sign in with it.",
  password: "Your password has been changed. Your other sessions have ended.",
};

export interface AccountParts {
  readonly asker: Caller;
  readonly sessions: Awaited<ReturnType<OwnAccount["sessions"]>>;
  readonly passkeys: readonly StoredPasskey[];
  readonly recoveryLeft: number;
  readonly done: string | undefined;
}

/** A person's own account: where they are signed in, what proves who they are. */
export function accountView({ asker, sessions, passkeys, recoveryLeft, done = "" }: AccountParts) {
  return {
    pageTitle: "Your account",
    done: Object.hasOwn(DONE, done) ? DONE[done] : "",
    sessions: sessions.map(({ id, name, method, address, device, created, lastSeen }) => ({
      id,
      isCurrent: name === asker.session.name,
      method: METHODS[method],
      address,
      device: sayDevice(device),
      created: sayTime(created),
      lastSeen: sayTime(lastSeen),
    })),
    passkeys: passkeys.map(({ id, name, created, lastUsed }) => ({
      id,
      name,
      created: sayTime(created),
      lastUsed: lastUsed === null ? null : sayTime(lastUsed),
    })),
    recoveryLeft,
  };
}
