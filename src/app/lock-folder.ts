// The command line keeps folders of its own (a mirror, a witness) and may not reach the stores where the lock lives.
export { lockFolder } from "../storage/postgres/folder-lock.ts";
