-- Finds the answers that are old enough to be forgotten.
CREATE INDEX answer_by_time ON answer (org, time_us)
