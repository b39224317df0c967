-- What each provider was indicated to be at, a row wherever it changed: for lines over time. NULL: unknown.
CREATE TABLE indications(
  provider_id  text        NOT NULL,
  recordedtime timestamptz NOT NULL,
  low          text,
  high         text,
  PRIMARY KEY (provider_id, recordedtime));

INSERT INTO indications(provider_id, recordedtime, low, high)
SELECT provider_id, recordedtime, low, high FROM (
  SELECT provider_id, recordedtime, low, high,
         lag(row(low, high)) OVER (PARTITION BY provider_id ORDER BY recordedtime) IS DISTINCT FROM row(low, high) AS new
  FROM (
    SELECT DISTINCT ON (h.provider_id, h.recordedtime) h.provider_id, h.recordedtime,
           e->'data'->'indicated'->>'min' AS low, e->'data'->'indicated'->>'max' AS high
    FROM history AS h, LATERAL (SELECT convert_from(h.body, 'UTF8')::json AS e) AS read
    WHERE h.type = 'careledger.assessment.changed.v1'
    ORDER BY h.provider_id, h.recordedtime, h."offset" DESC) AS said) AS steps
WHERE new ON CONFLICT DO NOTHING;

-- The newest of one kind about one provider: a dashboard's figures.
CREATE INDEX history_kinds ON history(provider_id, type, time DESC);
