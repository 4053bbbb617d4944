import type { Level, Purpose } from "../policy/purpose.ts";
import type { Area } from "../read/position.ts";
import type { Caller } from "../identity/caller.ts";

/** What is asked of the archive. Times are epoch milliseconds UTC; `to` is exclusive (INV-4). */
export type Question =
  | { readonly kind: "vrm"; readonly vrm: string; readonly from: number; readonly to: number }
  | {
      readonly kind: "place";
      /** Register ids; may be empty when an area is given. */
      readonly nrds: readonly number[];
      readonly area: Area | null;
      readonly from: number;
      readonly to: number;
    }
  /** `?` stands for one character, `*` for any run. */
  | { readonly kind: "partial"; readonly pattern: string; readonly from: number; readonly to: number };

/** So many of a person's enquiries are listed, and looked through for one that covers a read. */
export const RECENT_ENQUIRIES = 50;

export type QuestionKind = Question["kind"];
export const QUESTION_KINDS = ["vrm", "place", "partial"] as const satisfies readonly QuestionKind[];

/** Why a question may be asked: an authority that is relied on, or what is stated where none is. */
export interface Grounds {
  /** Id or reference; absent: none is relied on. */
  readonly authority?: string | undefined;
  readonly purpose?: Purpose | undefined;
  readonly level?: Level | undefined;
  /** Of the case or operation. */
  readonly reference?: string | undefined;
  readonly reason: string;
}

/** The permission behind an answer, for the screen and the reply. */
export interface GrantShown {
  readonly authority: string;
  readonly purpose: Purpose | null;
  readonly level: Level | null;
  readonly rules: readonly string[];
  readonly policyPack: string;
  /** SHA-256 of the pack, hexadecimal. */
  readonly policyPackDigest: string;
  readonly expires: string;
  /** At most so many reads of the answer are shown (INV-6). */
  readonly viewLimit: number;
}

/** One read in a list of results: enough to recognise it, nothing about a person (INV-9). */
export interface FoundRead {
  readonly id: string;
  readonly vrm: string | null;
  readonly sent: string;
  readonly captured: string;
  readonly received: string;
  readonly nrd: {
    readonly id: number;
    readonly name: string;
    readonly road: string;
    readonly direction: string;
  };
  readonly position: { readonly lat: number; readonly lon: number };
  readonly confidence: number | null;
  readonly direction: string;
  readonly lane: number | null;
}

/** The reply to an enquiry: count first, then one page (INV-6). */
export interface Answer {
  readonly enquiry: string;
  readonly grant: GrantShown;
  /** Index of the entry in the audit log that this answer was given under. */
  readonly receipt: number;
  readonly question: Question;
  readonly reason: string;
  readonly count: number;
  /** Reads of the answer that go before this page. */
  readonly before: number;
  readonly items: readonly FoundRead[];
  readonly next: string | null;
}

/** Everything known about one read, for its page and `GET /v1/reads/{id}`. */
export interface ReadInFull extends FoundRead {
  readonly timeQuality: string;
  readonly lateness: string;
  readonly country: string | null;
  readonly make: string | null;
  readonly model: string | null;
  readonly colour: string | null;
  /** Which images can be fetched. */
  readonly images: readonly ("patch" | "overview")[];
  /** Why the VRM looks the way it does, for example "current style, issued from March 2019". */
  readonly vrmStyle: string;
  /** Always shown: a read is an indication about a plate, not about a person. */
  readonly caution: string;
  readonly seenUnder: {
    readonly authority: string;
    readonly rules: readonly string[];
    readonly policyPack: string;
  };
  /** Index of the entry in the audit log that it was opened under. */
  readonly receipt: number;
}

/** What the log has of a question that could not be asked: the codes of what was wrong with it, and where. */
export interface NotAsked extends Readonly<Record<string, unknown>> {
  readonly codes: readonly string[];
  readonly fields?: readonly string[];
  readonly kind?: QuestionKind;
  readonly reason?: string;
}

/**
 * Asking the archive (INV-3): each call decides first, writes the audit entry, and only then runs the query. Refusals are
 * Problem NOT_AUTHORISED with `extra.rules` (what refused) and `extra.needed` (what would be needed); bad input is Problem
 * INPUT_INVALID with `errors`.
 */
export interface Enquiries {
  ask(
    asker: Caller,
    asked: Grounds & { question: Question },
    options: {
      limit?: number;
      cursor?: string;
      requestId: string;
    },
  ): Promise<Answer>;
  /** Writes down that somebody tried to ask what could not be asked (INV-3). */
  notAsked(asker: Caller, subject: NotAsked, requestId: string): Promise<void>;
  /** A further page of an enquiry the asker made, while its grant lasts. */
  page(
    asker: Caller,
    enquiry: string,
    options: { limit?: number; cursor?: string; requestId: string },
  ): Promise<Answer>;
  /** The asker's own recent enquiries, newest first; a look, in the log before it is made. */
  mine(
    asker: Caller,
    requestId: string,
  ): Promise<
    readonly {
      id: string;
      kind: QuestionKind;
      question: Question;
      asked: string;
      reason: string;
      authority: string;
      count: number | null;
      outcome: string;
    }[]
  >;
  /** One read, under the asker's current enquiry that covers it or a hit in their remit. */
  openRead(asker: Caller, readId: string, requestId: string): Promise<ReadInFull>;
  /** JPEG bytes of a read's image, under the same rule as the read; Problem NOT_FOUND when there is none. */
  openImage(asker: Caller, readId: string, kind: "patch" | "overview", requestId: string): Promise<Buffer>;
  /** Authorities the asker may rely on now. */
  authorities(
    asker: Caller,
  ): Promise<readonly { id: string; reference: string; purpose: string; level: string; until: string }[]>;
}
