-- Finds the revision of an instant.
CREATE INDEX entry_by_time ON entry (org, time_us, revision)
