/**
 * When what a column says goes (RET-9). Each clock is a job, but for the last two: what nobody ends by a clock, and why.
 *
 * - `retention`: with the day of the reads
 * - `erasing`: when the reads of the time it is about are gone
 * - `redaction`: after the years that the log keeps who looked and why
 * - `late-image-expiry`, `quarantine-expiry`, `session-cleaning`: sooner, by a clock of its own
 * - `stands`: as long as it is in force, which a person ends; what is ended then has one of the clocks above
 * - `nothing`: it says nothing of a vehicle, of where one was, or of a person
 */
export type Clock =
  | "retention"
  | "erasing"
  | "redaction"
  | "late-image-expiry"
  | "quarantine-expiry"
  | "session-cleaning"
  | "stands"
  | "nothing";

/** Columns of one table by their clock, names apart by spaces. */
type Columns = Partial<Readonly<Record<Clock, string>>>;

/**
 * Every column of the governed store that can hold words, images or a place. A test holds this against the schema: a new column
 * is not there before it has its clock. A column under two clocks is emptied by the first and gone with the second.
 */
export const CLOCKS: Readonly<Record<string, Columns>> = {
  hit: {
    retention:
      "read_id nrd_id vrm sent direction seen images reason instruction expected note warnings list_name captured outcome verification",
    nothing: "priority state",
  },
  quarantine: {
    "quarantine-expiry": "capture nrd vrm patch overview",
    retention: "capture nrd vrm patch overview captured detail identity_hash reason read_id",
    nothing: "code state",
  },
  pending_image: {
    "late-image-expiry": "nrd vrm jpeg captured",
    retention: "nrd vrm jpeg captured",
    nothing: "kind",
  },
  list_entry: {
    // Once it has ended; a job ends it when its time is over.
    erasing: "vrm reason instruction make model colour country warnings scope ended_why",
    nothing: "priority state",
  },
  // What it said before; gone as it is emptied.
  list_entry_text: {
    erasing: "reason instruction make model colour country warnings",
    nothing: "priority",
  },
  list: { stands: "name purpose category", nothing: "priority state" },
  enquiry: {
    // The vehicle of the question first; then who asked and why.
    erasing: "question",
    redaction: "question reason reference authority purpose",
    nothing: "level outcome",
  },
  authority: {
    erasing: "reason decision_reason vrms exceptional",
    // Where one may look says nothing of a vehicle.
    stands: "reference holders decided_rank purpose nrds area",
    nothing: "level state",
  },
  authority_event: { erasing: "note", nothing: "event" },
  audit_entry: {
    // What says which vehicle was where first; then every value that is not open. The hashes prove their places for ever.
    erasing: "sealed salts vrms nrds",
    redaction: "sealed salts actor authority vrms nrds",
    nothing: "action leaf leaf_hash open outcome",
  },
  // Of a log before it was provable: no installation that began with this version has a row of it.
  audit_entry_unproved: { stands: "actor subject request_id", nothing: "action leaf_hash outcome" },
  audit_checkpoint: { nothing: "note root" },
  audit_cosignature: { nothing: "line witness" },
  audit_tile: { nothing: "hashes" },
  audit_sample: { nothing: "seed_root" },
  // Whom it is about goes; the auditors' own findings are the record of the oversight.
  audit_sample_item: { redaction: "person", stands: "answers recheck_note", nothing: "stratum" },
  audit_finding: { redaction: "about", stands: "title", nothing: "state" },
  audit_finding_event: { stands: "note", nothing: "state" },
  preservation: { stands: "reason reference" },
  preservation_read: { stands: "read_id captured" },
  refusal_count: { erasing: "sample", nothing: "code" },
  // Of a camera, not of a vehicle; a day of it goes with the day.
  lost_read_count: { nothing: "code nrd_id" },
  suspicion: { redaction: "evidence why reason", nothing: "decision effect rule" },
  person: {
    // The years count from the end of the account.
    redaction: "full_name username password_hash totp_secret rank roles vetting state_why",
    nothing: "kind state",
  },
  account_event: { redaction: "after before reason", nothing: "what" },
  // Of a camera, where it is about one: nothing of a vehicle.
  account_task: { redaction: "note outcome", nothing: "kind nrd_id" },
  passkey: { redaction: "credential_id name public_key transports" },
  recovery_code: { redaction: "code_hash" },
  provider_subject: { redaction: "issuer subject" },
  enrolment: { "session-cleaning": "token_hash" },
  session: { "session-cleaning": "address csrf_token device token_hash", nothing: "method" },
  sign_in_challenge: { "session-cleaning": "body id_hash", nothing: "kind" },
  sign_in_failure: { "session-cleaning": "network username_hash" },
  nrd: {
    stands: "certificate device_key direction lat lon name road type",
    nothing: "state",
  },
  // How far a process follows the register: numbers and a time, none of them words.
  estate_follower: {},
  nrd_state_change: { stands: "reason", nothing: "from_state to_state" },
  organisation: {
    stands: "allowed_networks contact name policy_owner policy_reference state_why",
    nothing: "code kind state",
  },
  organisation_provider: {
    stands: "client_id client_secret email_domain issuer",
    nothing: "username_claim",
  },
  feed_source: {
    stands:
      "agreement_document agreement_legal_basis agreement_party agreement_purpose agreement_reference allowed_networks name nrd_id " +
      "path_key_hash switched_why token_hash",
    nothing: "compound_reply position_unit protocol time_zone",
  },
  // The newest message of a source only; the next one takes its place.
  feed_source_message: { stands: "address", nothing: "code" },
  policy_pack: { nothing: "body digest id reason state" },
  job: { nothing: "detail name outcome" },
  master_key: { nothing: "fingerprint" },
  migration: { nothing: "name sha256" },
  page_rewrite: { nothing: "name" },
  nrd_numbering: { nothing: "secret" },
  retention_intent: { nothing: "intent" },
  retention_receipt: { nothing: "receipt" },
};

/** The same for the tables of the archive, each as a whole. */
export const ARCHIVE_CLOCKS: Readonly<Record<string, Clock>> = {
  reads: "retention",
  read_image: "retention",
  // As long as the preservation stands (RET-3); nothing releases one yet.
  preserved_read: "stands",
  preserved_image: "stands",
  migration: "nothing",
};
