-- What governance itself has to follow up: corrections, challenges, what was carried over. Taken out once it was looked at.
CREATE TABLE arrived(
  id     uuid        PRIMARY KEY,
  looked boolean     NOT NULL DEFAULT false,
  put    timestamptz NOT NULL DEFAULT clock_timestamp());

-- Corrections and challenges of a provider are read with each page: they are few.
CREATE INDEX history_doubts ON history(provider_id) WHERE type IN (
  'careledger.fact.withdrawn.v1', 'careledger.fact.corrected.v1', 'careledger.concern.outcome_recorded.v1',
  'careledger.dispute.raised.v1', 'careledger.dispute.answered.v1');
