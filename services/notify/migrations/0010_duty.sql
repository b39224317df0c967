-- Who of a role is told when (deputies, absence, hours, dates), and for which authority a placing authority's address is.
ALTER TABLE recipients
  ADD COLUMN duty      jsonb   NOT NULL DEFAULT '{}',  -- deputy_for, dates, hours, quiet hours: `duty.Duty`
  ADD COLUMN authority text,                           -- of a placing authority: its GSS code
  ADD COLUMN begun     boolean NOT NULL DEFAULT true;  -- false: its first day is yet to come
CREATE INDEX recipients_to_come ON recipients(id) WHERE NOT begun;

ALTER TABLE deliveries ADD COLUMN authority text;

-- What may be told to whom although it is marked or switched off (SAL-20): by event, or by the evidence of an alert.
CREATE TABLE shares(event_id text NOT NULL, audience text NOT NULL, PRIMARY KEY (event_id, audience));

-- Facts that are marked: an alert is bound by the marks of its evidence.
CREATE TABLE markings(
  event_id text PRIMARY KEY, audiences text, not_to_provider boolean NOT NULL, embargo_until timestamptz);
