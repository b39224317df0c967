-- Which decision names which event as its evidence. Follows from the stored events.
CREATE TABLE evidence_named(
  event_id    uuid NOT NULL,
  decision_id text NOT NULL,
  PRIMARY KEY (event_id, decision_id));
