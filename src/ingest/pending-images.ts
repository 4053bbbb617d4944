/** How a late or early image names its read. `captured` is epoch ms, as exact as `resolutionMs` says. */
export interface PendingImageKey {
  readonly source: number;
  /** As referenceText (quarantine.ts) writes it. */
  readonly nrd: string;
  /** As sent. */
  readonly vrm: string;
  readonly captured: number;
}

export interface PendingImage extends PendingImageKey {
  readonly kind: "patch" | "overview";
  /** 1000 where the sender gives whole seconds: the read was captured at `captured` or less than that later. */
  readonly resolutionMs: number;
  readonly jpeg: Buffer;
}

/** A pending image without its bytes. */
export type WaitingImage = Omit<PendingImage, "jpeg">;

/** Images that came before their read (BOF2 addBinaryCaptureData), until it comes or their time is over. */
export interface PendingImages {
  /** Keeps images; the same again replaces. Durable when it resolves. `received` is epoch ms. */
  put(images: readonly PendingImage[], received: number): Promise<void>;
  /** The images that belong to reads; `index` is the place of the read in `keys`. They stay until `remove`. */
  findFor(keys: readonly PendingImageKey[]): Promise<readonly { index: number; image: PendingImage }[]>;
  /** Forgets images that are in the archive by now. */
  remove(images: readonly PendingImage[]): Promise<void>;
  /** What names the images that wait, in an order of their own, from the one after `after` or from the first. */
  waiting(limit: number, after: WaitingImage | null): Promise<readonly WaitingImage[]>;
  /** How many wait for reads of a source, counted to `most`. */
  count(source: number, most: number): Promise<number>;
  /** Forgets what was received before a moment (epoch ms); answers how many. */
  expire(receivedBefore: number): Promise<number>;
  /** How many that call would forget. */
  toExpire(receivedBefore: number): Promise<number>;
}
