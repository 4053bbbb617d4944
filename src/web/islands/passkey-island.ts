import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";

/** Passkeys need scripts: signing in with one, and adding one. Without this the password form is all there is. */
const signIn = document.querySelector<HTMLElement>("[data-passkey-sign-in]");
const add = document.querySelector<HTMLElement>("[data-passkey-add]");

interface Reply {
  readonly code?: string;
  readonly detail?: string;
  readonly challenge: string;
  readonly options: unknown;
}

/** What the service refused, with its stable code. */
class Refusal extends Error {
  readonly code: string;
  constructor(reply: Reply) {
    super(reply.detail ?? "Try again.");
    this.code = reply.code ?? "";
  }
}

async function post(address: string, body: unknown, csrf = ""): Promise<Reply> {
  const reply = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", ...(csrf === "" ? {} : { "x-csrf-token": csrf }) },
    body: JSON.stringify(body),
  });
  const json = (await reply.json()) as Reply;
  if (!reply.ok) throw new Refusal(json);
  return json;
}

/** Runs `work` when the button of a part is pressed, and says beside it what went wrong. */
function onPress(part: HTMLElement, work: () => Promise<void>): void {
  const button = part.querySelector<HTMLButtonElement>("[data-passkey-button]");
  const said = part.querySelector<HTMLElement>("[data-passkey-said]");
  if (button === null || said === null) return;
  part.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    said.textContent = "Follow the instructions from your browser.";
    work()
      .then(() => (said.textContent = ""))
      .catch((error: unknown) => (said.textContent = sayFailure(error)))
      .finally(() => (button.disabled = false));
  });
}

function sayFailure(error: unknown): string {
  if (error instanceof Refusal)
    return error.code === "SIGN_IN_FAILED"
      ? "This passkey does not belong to an account here."
      : error.message;
  return "No passkey was used. Try again, or use your password and code.";
}

if (browserSupportsWebAuthn()) {
  if (signIn !== null)
    onPress(signIn, async () => {
      const { challenge, options } = await post("/v1/session/passkey/question", {});
      const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
      const response = await startAuthentication({ optionsJSON });
      await post("/v1/session/passkey", { challenge, response });
      location.assign(signIn.dataset["next"] ?? "/");
    });
  if (add !== null) {
    const { csrf = "", stepUp = "/", added = "/" } = add.dataset;
    const none = document.querySelector<HTMLElement>("[data-passkey-none]");
    if (none !== null) none.hidden = true;
    onPress(add, async () => {
      const name = add.querySelector<HTMLInputElement>("input")?.value.trim() || "Passkey";
      try {
        const { challenge, options } = await post("/v1/session/passkeys/question", {}, csrf);
        const optionsJSON = options as PublicKeyCredentialCreationOptionsJSON;
        const response = await startRegistration({ optionsJSON });
        await post("/v1/session/passkeys", { challenge, name, response }, csrf);
        location.assign(added);
      } catch (error) {
        if (!(error instanceof Refusal && error.code === "STEP_UP_REQUIRED")) throw error;
        location.assign(stepUp);
      }
    });
  }
}
