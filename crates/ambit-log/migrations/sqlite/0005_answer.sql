-- Answers to writes with idempotency keys.
CREATE TABLE answer (
    org TEXT NOT NULL REFERENCES head (org),
    idempotency_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    revision BIGINT NOT NULL,
    time_us BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (org, idempotency_key)
)
