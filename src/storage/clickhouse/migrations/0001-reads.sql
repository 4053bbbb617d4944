-- Reads: sorted by VRM, a day a partition (UTC), with a full copy sorted by NRD for questions about places.
-- default_compression_codec also serves the projection, which does not inherit the columns' codecs.
CREATE TABLE IF NOT EXISTS reads
(
    nrd UInt32 CODEC(T64, ZSTD(1)),
    captured DateTime64(3, 'UTC') CODEC(T64, ZSTD(1)),
    -- tells vehicles at one NRD in one millisecond apart
    n UInt8 CODEC(ZSTD(1)),
    -- empty: a passage without a VRM
    vrm String CODEC(ZSTD(1)),
    -- how the VRM was sent: like vrm, with a space before its last three characters, or as in sent
    sent_form Enum8('same' = 0, 'spaced' = 1, 'other' = 2) CODEC(ZSTD(1)),
    sent String CODEC(ZSTD(1)),
    -- milliseconds from capture to receipt
    delay Int64 CODEC(T64, ZSTD(1)),
    -- 255: not said
    confidence UInt8 CODEC(ZSTD(1)),
    direction Enum8('unknown' = 0, 'towards' = 1, 'away' = 2) CODEC(ZSTD(1)),
    -- 0: not said
    lane UInt8 CODEC(ZSTD(1)),
    country LowCardinality(String) CODEC(ZSTD(1)),
    make LowCardinality(String) CODEC(ZSTD(1)),
    model LowCardinality(String) CODEC(ZSTD(1)),
    colour LowCardinality(String) CODEC(ZSTD(1)),
    -- millionths of a degree; both 0: the NRD's place is in the register
    latitude Int32 CODEC(ZSTD(1)),
    longitude Int32 CODEC(ZSTD(1)),
    time_quality Enum8('utc' = 0, 'offset' = 1, 'local-assumed' = 2, 'receive-fallback' = 3) CODEC(ZSTD(1)),
    lateness Enum8('prompt' = 0, 'delayed' = 1, 'late' = 2, 'breach' = 3) CODEC(ZSTD(1)),
    PROJECTION by_nrd (SELECT * ORDER BY nrd, captured)
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(captured)
ORDER BY (vrm, captured)
SETTINGS index_granularity = 2048, min_compress_block_size = 16384, default_compression_codec = 'ZSTD(1)',
    fsync_after_insert = 1, fsync_part_directory = 1;

-- Where the images of a read lie in the encrypted segments.
CREATE TABLE IF NOT EXISTS read_image
(
    nrd UInt32 CODEC(T64, ZSTD(1)),
    captured DateTime64(3, 'UTC') CODEC(T64, ZSTD(1)),
    n UInt8 CODEC(ZSTD(1)),
    kind Enum8('patch' = 0, 'overview' = 1) CODEC(ZSTD(1)),
    treatment Enum8('as-sent' = 0, 'reencoded' = 1, 'oversize' = 2) CODEC(ZSTD(1)),
    segment LowCardinality(String) CODEC(ZSTD(1)),
    offset UInt64 CODEC(T64, ZSTD(1)),
    length UInt32 CODEC(T64, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(captured)
ORDER BY (nrd, captured, n, kind)
SETTINGS index_granularity = 2048, min_compress_block_size = 16384, default_compression_codec = 'ZSTD(1)',
    fsync_after_insert = 1, fsync_part_directory = 1;

-- Reads set apart for a stated purpose (RET-3): never touched by retention. Copying twice leaves one.
CREATE TABLE IF NOT EXISTS preserved_read
(
    preservation String CODEC(ZSTD(1)),
    nrd UInt32 CODEC(T64, ZSTD(1)),
    captured DateTime64(3, 'UTC') CODEC(T64, ZSTD(1)),
    n UInt8 CODEC(ZSTD(1)),
    vrm String CODEC(ZSTD(1)),
    sent_form Enum8('same' = 0, 'spaced' = 1, 'other' = 2) CODEC(ZSTD(1)),
    sent String CODEC(ZSTD(1)),
    delay Int64 CODEC(T64, ZSTD(1)),
    confidence UInt8 CODEC(ZSTD(1)),
    direction Enum8('unknown' = 0, 'towards' = 1, 'away' = 2) CODEC(ZSTD(1)),
    lane UInt8 CODEC(ZSTD(1)),
    country LowCardinality(String) CODEC(ZSTD(1)),
    make LowCardinality(String) CODEC(ZSTD(1)),
    model LowCardinality(String) CODEC(ZSTD(1)),
    colour LowCardinality(String) CODEC(ZSTD(1)),
    latitude Int32 CODEC(ZSTD(1)),
    longitude Int32 CODEC(ZSTD(1)),
    time_quality Enum8('utc' = 0, 'offset' = 1, 'local-assumed' = 2, 'receive-fallback' = 3) CODEC(ZSTD(1)),
    lateness Enum8('prompt' = 0, 'delayed' = 1, 'late' = 2, 'breach' = 3) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (preservation, nrd, captured, n)
SETTINGS default_compression_codec = 'ZSTD(1)', fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS preserved_image
(
    preservation String CODEC(ZSTD(1)),
    nrd UInt32 CODEC(T64, ZSTD(1)),
    captured DateTime64(3, 'UTC') CODEC(T64, ZSTD(1)),
    n UInt8 CODEC(ZSTD(1)),
    kind Enum8('patch' = 0, 'overview' = 1) CODEC(ZSTD(1)),
    treatment Enum8('as-sent' = 0, 'reencoded' = 1, 'oversize' = 2) CODEC(ZSTD(1)),
    segment LowCardinality(String) CODEC(ZSTD(1)),
    offset UInt64 CODEC(T64, ZSTD(1)),
    length UInt32 CODEC(T64, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (preservation, nrd, captured, n, kind)
SETTINGS default_compression_codec = 'ZSTD(1)', fsync_after_insert = 1, fsync_part_directory = 1;
