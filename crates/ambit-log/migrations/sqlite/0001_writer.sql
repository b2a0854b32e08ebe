-- The identity that last wrote here and the epoch it writes in; one row.
CREATE TABLE writer (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    identity TEXT NOT NULL,
    epoch BIGINT NOT NULL
)
