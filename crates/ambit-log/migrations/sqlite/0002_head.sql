-- The last entry of every organization: what an append is compared with.
CREATE TABLE head (
    org TEXT PRIMARY KEY,
    revision BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    time_us BIGINT NOT NULL,
    hash BLOB NOT NULL
)
