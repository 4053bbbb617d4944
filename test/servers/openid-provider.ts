import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** Somebody at the organisation's own provider: what it says of them, and how it made sure. */
export interface ProviderPerson {
  readonly sub: string;
  readonly preferredUsername: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  /** RFC 8176 methods; `mfa` where a second factor was asked. */
  readonly amr: readonly string[];
}

export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is signed in there from now on. */
  signInAs(person: ProviderPerson): void;
  stop(): Promise<void>;
}

const CLIENT_ID = "waywarden";
const CLIENT_SECRET = "a secret between the provider and us";

/** A real OpenID Connect provider in this process, at which one person at a time is signed in. */
export async function startOpenIdProvider(callback: string): Promise<OpenIdProvider> {
  let person: ProviderPerson | undefined;
  const server = await listening();
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [callback],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub", "amr"], profile: ["preferred_username"], email: ["email", "email_verified"] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    cookies: { keys: ["of the provider of a test"] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        preferred_username: person?.preferredUsername ?? "",
        ...(person?.email === undefined ? {} : { email: person.email }),
        ...(person?.emailVerified === undefined ? {} : { email_verified: person.emailVerified }),
      }),
    }),
    interactions: { url: () => "/interaction" },
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({
        clientId: client?.clientId ?? "",
        accountId: session?.accountId ?? "",
      });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/interaction") !== true) return answer(request, response);
    const login = { accountId: person?.sub ?? "", amr: [...(person?.amr ?? [])], remember: false };
    void provider.interactionFinished(request, response, { login });
  });
  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    signInAs: (next) => {
      person = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const listening = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  });
