-- What partners and other systems sent through the door of the kinds of thing that officers keep here too: event by event,
-- without what was taken back, and folded for lists.
CREATE TABLE outside(
  id           uuid        PRIMARY KEY,
  provider_id  text        NOT NULL,
  place        text        NOT NULL,
  source       text        NOT NULL,   -- of the publisher
  kind         text        NOT NULL,   -- visit, contract, assessment, placement, practice, engagement, …
  name         text        NOT NULL,   -- the publisher's own number for it
  time         timestamptz NOT NULL,
  recordedtime timestamptz NOT NULL,
  type         text        NOT NULL,
  data         json        NOT NULL);
CREATE INDEX outside_of ON outside(provider_id, kind, source, name);

-- What was withdrawn or corrected, whenever that arrives.
CREATE TABLE taken_back(event_id uuid PRIMARY KEY);

CREATE TABLE elsewhere(
  provider_id text    NOT NULL,
  kind        text    NOT NULL,
  source      text    NOT NULL,
  name        text    NOT NULL,
  place       text    NOT NULL,
  matter_id   text,                    -- our name for it, as lists and cursors have it
  open        boolean,
  due         date,
  document    json,                    -- NULL: nothing to show, or not folded yet
  stale       boolean NOT NULL,        -- to be folded with the next record that arrives
  PRIMARY KEY (provider_id, kind, source, name));
CREATE INDEX elsewhere_listed ON elsewhere(kind, place, (coalesce(due, date '9999-12-31')), matter_id);
CREATE INDEX elsewhere_stale ON elsewhere(provider_id) WHERE stale;
CREATE UNIQUE INDEX elsewhere_named ON elsewhere(matter_id);

INSERT INTO taken_back(event_id)
SELECT DISTINCT (convert_from(body, 'UTF8')::json->'data'->>'event_id')::uuid FROM history
WHERE type IN ('careledger.fact.withdrawn.v1', 'careledger.fact.corrected.v1') ON CONFLICT DO NOTHING;
INSERT INTO outside(id, provider_id, place, source, kind, name, time, recordedtime, type, data)
SELECT h.id, h.provider_id, e->>'place', e->>'source', k.kind, e->'data'->>k.key, h.time, h.recordedtime, h.type, e->'data'
FROM (VALUES
  ('careledger.visit.planned.v1', 'visit', 'visit_id'), ('careledger.visit.cancelled.v1', 'visit', 'visit_id'),
  ('careledger.visit.completed.v1', 'visit', 'visit_id'), ('careledger.consultation.asked.v1', 'visit', 'visit_id'),
  ('careledger.contract.registered.v1', 'contract', 'contract_id'),
  ('careledger.contract.changed.v1', 'contract', 'contract_id'),
  ('careledger.contract.ended.v1', 'contract', 'contract_id'),
  ('careledger.assessment.completed.v1', 'assessment', 'assessment_id'),
  ('careledger.placement.started.v1', 'placement', 'placement_token'),
  ('careledger.placement.ended.v1', 'placement', 'placement_token'),
  ('careledger.ooa.placement.checked.v1', 'placement', 'placement_token'),
  ('careledger.ooa.placement.reviewed.v1', 'placement', 'placement_token'),
  ('careledger.good_practice.identified.v1', 'practice', 'practice_id'),
  ('careledger.engagement.recorded.v1', 'engagement', 'engagement_id'),
  ('careledger.market.signal.recorded.v1', 'signal', 'signal_id'),
  ('careledger.market.failure_event.recorded.v1', 'failure', 'failure_id'),
  ('careledger.consultation.answered.v1', 'consultation', 'consultation_id')) AS k(type, kind, key)
JOIN history AS h ON h.type = k.type, LATERAL (SELECT convert_from(h.body, 'UTF8')::json AS e) AS read
WHERE e->>'writer' = 'intake' AND e->'data'->>k.key IS NOT NULL
  AND NOT EXISTS (SELECT FROM taken_back AS t WHERE t.event_id = h.id)
ON CONFLICT DO NOTHING;
INSERT INTO elsewhere(provider_id, kind, source, name, place, stale)
SELECT DISTINCT ON (provider_id, kind, source, name) provider_id, kind, source, name, place, true FROM outside
ON CONFLICT DO NOTHING;
