-- The log. The body is the JSON text exactly as hashed; revision, epoch and time are repeated from it for searching.
CREATE TABLE entry (
    org TEXT NOT NULL REFERENCES head (org),
    revision BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    time_us BIGINT NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (org, revision)
)
