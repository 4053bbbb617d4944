import { randomBytes } from "node:crypto";
import type { HitEvent, Page, Rooms, SignedIn } from "../../src/api/ports.ts";
import type { HitView, NrdView, QuarantinedView } from "../../src/api/views.ts";
import type { Answer, Enquiries, FoundRead, Question, ReadInFull } from "../../src/enquiry/question.ts";
import { Problem } from "../../src/errors.ts";
import { NRD_ACTIONS, type NrdAction } from "../../src/estate/nrd-actions.ts";
import type { Session } from "../../src/identity/person.ts";
import { Health } from "../../src/observe/health.ts";
import { ROLES, type Role } from "../../src/policy/roles.ts";
import { NRD_STATES } from "../../src/read/nrd.ts";
import { drawnJpeg } from "./drawn-jpeg.ts";
import { iso, pick, PLATES, sampleHit, SITES } from "./sample-hit.ts";

const missing = (what: string): Problem => new Problem("NOT_FOUND", `There is no such ${what}.`);

/** The rooms in memory, with a little of everything, for looking at the pages without a database. */
export class SampleRooms {
  readonly #people = new Map<string, Session>();
  readonly #wake = new Set<() => void>();
  readonly #events: HitEvent[] = [];
  readonly hits = new Map<string, HitView>();
  readonly nrds: NrdView[] = [];
  readonly quarantined = new Map<string, QuarantinedView & { sent: unknown }>();
  readonly audited: string[] = [];
  readonly #asked = new Map<string, { question: Question; authority: string; reason: string }>();
  readonly now: () => number;

  constructor(now: () => number = Date.now, hits = 7) {
    this.now = now;
    for (let n = 1; n <= hits; n++) this.hits.set(String(n), sampleHit(n, now() - n * 47_000));
    for (let n = 0; n < 64; n++) {
      const [name, road, direction, lat, lon] = pick(SITES, n);
      const id = n + 1;
      const label = n < SITES.length ? name : `${name}, site ${id}`;
      this.nrds.push({
        id,
        feed: 43,
        source: 100 + n,
        camera: 1,
        name: label,
        type: "static",
        organisation: 1,
        road,
        direction,
        lane: null,
        position: { lat: lat + (n % 7) * 0.02, lon },
        deviceKey: null,
        state: n < 40 ? "live" : pick(NRD_STATES, n),
        stateSince: iso(now() - 86_400_000 * 40),
        dailyReads: 12_000,
      });
    }
    const codes = ["NRD_UNKNOWN", "CLOCK_SKEW", "POSITION_MISMATCH"] as const;
    for (let n = 1; n <= 60; n++) {
      const id = String(n);
      this.quarantined.set(id, {
        id,
        code: pick(codes, n),
        detail: pick(
          [
            "No reader 43/999/1 is in the register.",
            "The capture time is 4 minutes in the future.",
            "The position is 81 km from the reader's.",
          ],
          n,
        ),
        received: iso(now() - n * 3_600_000),
        captured: iso(now() - n * 3_600_000 - 900),
        vrm: n === 1 ? `<script>alert("x")</script>` : pick(PLATES, n),
        nrd: "43/999/1",
        source: "North roads feed",
        images: n % 2 === 0 ? ["patch"] : [],
        deleteBy: iso(now() + 86_400_000 * 20),
        sent: {
          nrd: { feed: 43, source: 999, camera: 1 },
          vrm: pick(PLATES, n),
          captured: iso(now()),
          confidence: 88,
        },
      });
    }
  }

  /** A session of a role's only person; out: the cookie's value. */
  openSession(role: Role): string {
    const token = randomBytes(32).toString("base64url");
    const organisation = { id: 1, name: "Northshire Police" };
    this.#people.set(token, {
      person: {
        id: ROLES.indexOf(role) + 1,
        username: role,
        fullName: `Sam ${role}`,
        organisation,
        roles: [role],
        kind: "user",
        standing: {
          rank: null,
          vetting: "NPPV2",
          trainedOn: "2026-09-01",
          covert: false,
          organisationState: "approved",
          organisationPolicyUntil: "2027-01-01",
        },
        state: "active",
      },
      csrfToken: randomBytes(32).toString("base64url"),
      created: this.now(),
      lastSeen: this.now(),
      steppedUp: this.now(),
      expires: this.now() + 3_600_000,
    });
    return token;
  }

  csrfOf(token: string): string {
    return this.#people.get(token)?.csrfToken ?? "";
  }

  raise(hit: HitView): void {
    this.hits.set(hit.id, hit);
    this.#tell("hit", hit);
  }

  #tell(kind: "hit" | "hit-state", hit: HitView): void {
    this.#events.push({ kind, seq: hit.id, json: JSON.stringify(hit) });
    for (const wake of this.#wake) wake();
  }

  #act(id: string, from: readonly string[], change: Partial<HitView>): HitView {
    const hit = this.hits.get(id);
    if (hit === undefined) throw missing("hit");
    if (!from.includes(hit.state))
      throw new Problem(
        "CONFLICT",
        `The hit is ${hit.state} already${hit.acknowledged ? `, by ${hit.acknowledged.by}` : ""}.`,
      );
    const changed = { ...hit, ...change };
    this.hits.set(id, changed);
    this.#tell("hit-state", changed);
    return changed;
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<HitEvent> {
    for (let at = this.#events.length; !signal.aborted;) {
      const event = this.#events[at];
      if (event !== undefined) {
        at += 1;
        yield event;
        continue;
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#wake.delete(wake);
          resolve();
        };
        this.#wake.add(wake);
        signal.addEventListener("abort", wake, { once: true });
      });
    }
  }

  get rooms(): Rooms {
    const step = (by: SignedIn) => ({ at: iso(this.now()), by: by.username });
    return {
      version: "0.0.0",
      audit: {
        append: async (entry) =>
          (this.audited.push(entry.action), { index: 0, at: new Date(), ...entry }) as never,
      },
      signIn: {
        signIn: async ({ username, password, totp }) => {
          const role = ROLES.find((known) => known === username);
          if (role === undefined || password !== "preview" || totp !== "123456")
            return { outcome: "refused", why: "password" };
          const token = this.openSession(role);
          const session = this.#people.get(token) as Session;
          return {
            outcome: "signed-in",
            token,
            csrfToken: session.csrfToken,
            person: session.person,
            expires: session.expires,
            steppedUp: session.steppedUp,
          };
        },
        sessionOf: async (token) => this.#people.get(token),
        signOut: async (token) => void this.#people.delete(token),
      },
      hits: {
        list: async (_asker, filter, { limit }) => {
          const all = [...this.hits.values()]
            .filter(
              ({ state, priority }) =>
                (filter.state ?? state) === state && (filter.priority ?? priority) === priority,
            )
            .sort((a, b) => Number(b.id) - Number(a.id));
          return { items: all.slice(0, limit), next: all.length > limit ? "more" : null };
        },
        find: async (_asker, id) => {
          const hit = this.hits.get(id);
          if (hit === undefined) throw missing("hit");
          return hit;
        },
        acknowledge: async (id, { by }) =>
          this.#act(id, ["new"], { state: "acknowledged", acknowledged: step(by) }),
        verify: async (id, result, { by }) =>
          this.#act(id, ["acknowledged", "verified"], {
            state: "verified",
            verified: { ...step(by), result },
          }),
        dispose: async (id, { outcome, note }, { by }) =>
          this.#act(id, ["verified"], {
            state: "closed",
            disposition: { ...step(by), outcome: outcome as "arrest", note },
          }),
        image: async (_asker, id, kind) => drawnJpeg(kind, this.hits.get(id)?.vrm ?? ""),
        events: (_asker, _after, signal) => this.#follow(signal),
      },
      nrds: {
        list: async (_asker, { search, state }, { limit, cursor }) => {
          const after = Number(cursor ?? 0);
          const all = this.nrds.filter(
            (nrd) =>
              (search === undefined ||
                `${nrd.name} ${nrd.road}`.toLowerCase().includes(search.toLowerCase())) &&
              (state ?? nrd.state) === nrd.state,
          );
          return pageAfter(all, after, limit);
        },
        find: async (_asker, id) => {
          const nrd = this.nrds.find((known) => known.id === id);
          if (nrd === undefined) throw missing("reader");
          return nrd;
        },
        change: async (id, to) => {
          const at = this.nrds.findIndex((known) => known.id === id);
          const nrd = this.nrds[at] as NrdView;
          const action = to.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase()) as NrdAction;
          if (!(NRD_ACTIONS[action].from as readonly string[]).includes(nrd.state))
            throw new Problem("CONFLICT", `The reader is ${nrd.state}.`);
          return (this.nrds[at] = { ...nrd, state: NRD_ACTIONS[action].to, stateSince: iso(this.now()) });
        },
        propose: () => Promise.reject(missing("thing")),
        importCsv: () => {
          throw missing("thing");
        },
      },
      quarantine: {
        list: async (_asker, { code }, { limit, cursor }) =>
          pageAfter(
            [...this.quarantined.values()].filter((item) => (code ?? item.code) === item.code),
            Number(cursor ?? 0),
            limit,
          ),
        find: async (_asker, id) => this.#held(id),
        image: async (_asker, id, kind) => drawnJpeg(kind, this.#held(id).vrm),
        release: async (id) => (this.#held(id), this.quarantined.delete(id), { readId: "1-1" }),
        discard: async (id) => void (this.#held(id), this.quarantined.delete(id)),
      },
      enquiries: this.#enquiries(),
      lists: {} as Rooms["lists"],
      retention: {} as Rooms["retention"],
      doctor: { examine: async () => [] },
      health: new Health([]),
    };
  }

  #held(id: string): QuarantinedView & { sent: unknown } {
    const item = this.quarantined.get(id);
    if (item === undefined) throw missing("quarantined read");
    return item;
  }

  #found(n: number): FoundRead {
    const [name, road, direction, lat, lon] = pick(SITES, n);
    const captured = this.now() - n * 780_000;
    return {
      id: `${(n % 6) + 1}-${captured}`,
      vrm: "AB12CDE",
      sent: "AB12 CDE",
      captured: iso(captured),
      received: iso(captured + 400),
      nrd: { id: (n % 6) + 1, name, road, direction },
      position: { lat, lon },
      confidence: n === 3 ? null : 97 - n,
      direction: "towards",
      lane: n % 3 || null,
    };
  }

  #answer(enquiry: string, cursor?: string): Answer {
    const asked = this.#asked.get(enquiry);
    if (asked === undefined) throw missing("enquiry");
    const none = asked.question.kind === "vrm" && asked.question.vrm.startsWith("ZZ");
    return {
      enquiry,
      grant: {
        authority: asked.authority,
        purpose: "law-enforcement",
        level: "serious",
        rules: [
          "recent-reads-for-a-stated-purpose",
          "role-may-enquire",
          "authority-is-current",
          "reason-is-given",
        ],
        policyPack: "uk-2026.1",
        policyPackDigest: "5a".repeat(32),
        expires: iso(this.now() + 900_000),
        viewLimit: 1_000,
      },
      receipt: 4_711,
      before: cursor === undefined ? 0 : 20,
      question: asked.question,
      reason: asked.reason,
      count: none ? 0 : 1_437,
      items: none
        ? []
        : Array.from({ length: 20 }, (_, n) => this.#found(n + (cursor === undefined ? 1 : 21))),
      next: none || cursor !== undefined ? null : "cursor-2",
    };
  }

  #enquiries(): Enquiries {
    return {
      ask: async (_asker, { authority, reference, reason, question }) => {
        if (reason.split(/\s+/).length < 3) {
          throw new Problem("NOT_AUTHORISED", "No.", {
            extra: { rules: ["reason-is-given"], needed: ["A reason of at least 3 words."] },
          });
        }
        if (question.kind === "vrm" && question.vrm.includes("!")) {
          throw new Problem("INPUT_INVALID", "No.", {
            errors: [{ path: "vrm", code: "VRM_INVALID", message: "A VRM has letters and digits only" }],
          });
        }
        const id = `enquiry-${this.#asked.size + 1}`;
        this.#asked.set(id, { question, authority: authority ?? `case ${reference}`, reason });
        return this.#answer(id);
      },
      page: async (_asker, id, { cursor }) => {
        if (id === "over")
          throw new Problem("NOT_AUTHORISED", "Over.", {
            extra: {
              rules: ["enquiry-is-current"],
              needed: ["Ask again: the answer to an enquiry may be looked at for 15 minutes."],
            },
          });
        return this.#answer(id, cursor);
      },
      mine: async () =>
        [...this.#asked].map(([id, { question, authority, reason }]) => ({
          id,
          kind: question.kind,
          asked: iso(this.now()),
          reason,
          authority,
          count: 1_437,
          outcome: "answered",
        })),
      openRead: async (_asker, id) => this.#read(id),
      openImage: async (_asker, _id, kind) => drawnJpeg(kind, "AB12CDE"),
      authorities: async () => [
        {
          id: "1",
          reference: "OP-KESTREL-26",
          purpose: "Burglary series",
          level: "serious",
          until: iso(this.now() + 86_400_000 * 10),
        },
        {
          id: "2",
          reference: "MISPER-2026-118",
          purpose: "Missing person",
          level: "missing-vulnerable",
          until: iso(this.now() + 86_400_000),
        },
      ],
    };
  }

  #read(id: string): ReadInFull {
    if (!/^\d+-\d+$/.test(id)) throw missing("read");
    const bare = id.endsWith("0");
    return {
      ...this.#found(1),
      id,
      timeQuality: "utc",
      lateness: "prompt",
      country: bare ? null : "GB",
      make: bare ? null : "FORD",
      model: null,
      colour: bare ? null : "BLUE",
      images: bare ? [] : ["patch", "overview"],
      vrmStyle: "current style, issued from March 2012",
      caution:
        "This is an indication about a number plate: a camera read these characters at this place and time. It does not say who was in the vehicle, nor that the plate belongs to it. Check the images before acting.",
      seenUnder: {
        authority: "OP-KESTREL-26",
        rules: ["role-may-enquire", "authority-is-current"],
        policyPack: "uk-2026.1",
      },
      receipt: 4_712,
    };
  }
}

function pageAfter<Item extends { readonly id: number | string }>(
  all: readonly Item[],
  after: number,
  limit: number,
): Page<Item> {
  const rest = all.filter(({ id }) => Number(id) > after);
  const items = rest.slice(0, limit);
  return { items, next: rest.length > limit ? String(items.at(-1)?.id) : null };
}
