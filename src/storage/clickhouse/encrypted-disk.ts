import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where ClickHouse reads the key, while it opens; it is in no file and no statement. */
export const KEY_VARIABLE = "WAYWARDEN_ARCHIVE_KEY_HEX";
/** Of the policy that every table has by default. */
export const ENCRYPTED_POLICY = "encrypted";
/** Folder of the parts, within the archive's. */
export const PARTS = "encrypted";

/**
 * Writes the engine's configuration into the archive's folder: whatever a table keeps lies on a disk of encrypted files (AES-256
 * in counter mode, an own nonce a file), and so does what a statement spills (OPS-2). @returns its path
 */
export function writeDiskConfiguration(folder: string): string {
  const file = join(folder, "disks.xml");
  writeFileSync(file, configuration(folder), { mode: 0o600 });
  return file;
}

const xml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const configuration = (folder: string): string => `<clickhouse>
  <storage_configuration>
    <disks>
      <files><type>local</type><path>${xml(join(folder, PARTS))}/</path></files>
      <encrypted>
        <type>encrypted</type>
        <disk>files</disk>
        <path>parts/</path>
        <algorithm>AES_256_CTR</algorithm>
        <key_hex from_env="${KEY_VARIABLE}"/>
      </encrypted>
    </disks>
    <policies>
      <${ENCRYPTED_POLICY}><volumes><main><disk>encrypted</disk></main></volumes></${ENCRYPTED_POLICY}>
    </policies>
  </storage_configuration>
  <merge_tree><storage_policy>${ENCRYPTED_POLICY}</storage_policy></merge_tree>
</clickhouse>
`;
