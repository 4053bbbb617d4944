import type { ImageIndex, IndexedImage } from "../../../archive/image-index.ts";
import type { ImageKind } from "../../../archive/image-vault.ts";
import type { ImageTreatment } from "../../../archive/image-index.ts";
import type { ReadKey } from "../../../archive/read.ts";
import { Grant } from "../../../policy/grant.ts";
import { escapeField } from "../bind-parameters.ts";
import type { ClickHouse } from "../clickhouse.ts";
import { timestamp } from "./read-rows.ts";

export const IMAGE_COLUMNS = [
  "nrd",
  "captured",
  "n",
  "kind",
  "treatment",
  "segment",
  "offset",
  "length",
] as const;

interface ImageRow {
  readonly kind: ImageKind;
  readonly treatment: ImageTreatment;
  readonly segment: string;
  readonly offset: number;
  readonly length: number;
}

/** The image index in ClickHouse. */
export function openImageIndex(clickhouse: ClickHouse): ImageIndex {
  return {
    async insert(images) {
      if (images.length === 0) return;
      await clickhouse.insert("read_image", IMAGE_COLUMNS, Buffer.from(images.map(imageRowOf).join("")));
    },
    async find(grant, key) {
      Grant.require(grant);
      // The store of reads said that the grant covers the read; what the key alone tells is held to it again.
      const { scope, accessFloor, withheldNrds } = grant;
      const inTime = key.captured >= Math.max(accessFloor, scope.from) && key.captured < scope.to;
      return inTime && !withheldNrds.includes(key.nrd) ? findImages(clickhouse, key) : [];
    },
  };
}

export const imageRowOf = (image: IndexedImage): string =>
  `${image.nrd}\t${timestamp(image.captured)}\t${image.n}\t${image.kind}\t${image.treatment}\t${escapeField(
    image.segment,
  )}\t${image.offset}\t${image.length}\n`;

/** Images of one read; of a kind that was indexed twice the one written first: segments are named by when they began. */
export async function findImages(
  clickhouse: ClickHouse,
  { nrd, captured, n }: ReadKey,
): Promise<IndexedImage[]> {
  const rows = await clickhouse.query<ImageRow>(
    `SELECT kind, treatment, segment, offset, length FROM read_image
     WHERE nrd = {nrd:UInt32} AND captured = fromUnixTimestamp64Milli({captured:Int64}, 'UTC') AND n = {n:UInt8}
     ORDER BY kind, segment, offset LIMIT 1 BY kind SETTINGS local_filesystem_read_method = 'pread'`,
    { nrd, captured, n },
  );
  return rows.map((row) => ({ nrd, captured, n, ...row }));
}
