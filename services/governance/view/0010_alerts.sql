-- Alerts as they stand: who must still look at what. An end or an answer may be read before its alert: `raised` is NULL.
CREATE TABLE alerts(
  alert_id     text        PRIMARY KEY,   -- the id of the event that raised it
  place        text        NOT NULL,
  provider_id  text        NOT NULL,      -- the place itself, of an alert about no provider
  alert        text        NOT NULL,
  cause        text,
  summary      text,
  since        date,
  due          date,
  raised       timestamptz,
  cleared      timestamptz,
  acknowledged timestamptz);
CREATE INDEX alerts_open ON alerts(place, alert) WHERE raised IS NOT NULL AND cleared IS NULL;

INSERT INTO alerts(alert_id, place, provider_id, alert, cause, summary, since, due, raised)
SELECT h.id::text, e->>'place', h.provider_id, e->'data'->>'alert', e->'data'->>'cause', e->'data'->>'summary',
       (e->'data'->>'since')::date, (e->'data'->>'due')::date, h.recordedtime
FROM history AS h, LATERAL (SELECT convert_from(h.body, 'UTF8')::json AS e) AS read
WHERE h.type = 'careledger.alert.raised.v1'
ON CONFLICT DO NOTHING;
UPDATE alerts AS a SET cleared = h.recordedtime
FROM history AS h WHERE h.type = 'careledger.alert.cleared.v1'
  AND a.alert_id = (convert_from(h.body, 'UTF8')::json->'data'->>'raised_id');
UPDATE alerts AS a SET acknowledged = h.recordedtime
FROM history AS h WHERE h.type = 'careledger.notification.acknowledged.v1'
  AND a.alert_id = (convert_from(h.body, 'UTF8')::json->'data'->>'alert_id');
