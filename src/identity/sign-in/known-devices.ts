import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** People who share one browser, as on a control room's machine; who signed in longest ago is forgotten first. */
const MOST_PEOPLE = 10;
const TOKEN = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/**
 * Browsers that people have signed in with: each carries a signed token a person, which opens nothing. Failures from it are
 * counted by themselves, so that nobody elsewhere, or on the same network, locks its person out (ACC-6).
 */
export class KnownDevices {
  readonly #key: Buffer;

  constructor(masterKey: Buffer) {
    this.#key = Buffer.from(hkdfSync("sha256", masterKey, "", "known devices", 32));
  }

  /** The id of a browser that this person has signed in with; undefined where its cookie says nothing of them. */
  find(username: string, cookie: string | undefined): string | undefined {
    for (const token of tokensOf(cookie)) {
      const [, id = "", signature = ""] = TOKEN.exec(token) ?? [];
      if (id !== "" && timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(username, id))))
        return id;
    }
    return undefined;
  }

  /** The cookie of a browser with which somebody signed in just now; what it says of others stays. */
  remember(username: string, cookie: string | undefined): string {
    const id = this.find(username, cookie) ?? randomBytes(16).toString("base64url");
    const own = `${id}.${this.#sign(username, id)}`;
    const others = tokensOf(cookie).filter((token) => TOKEN.test(token) && token !== own);
    return [own, ...others].slice(0, MOST_PEOPLE).join("~");
  }

  #sign(username: string, id: string): string {
    return createHmac("sha256", this.#key).update(`${username} ${id}`).digest("base64url");
  }
}

const tokensOf = (cookie = ""): readonly string[] => cookie.slice(0, 2_000).split("~").slice(0, MOST_PEOPLE);
