-- Messages that are held back to be sent together (a day's digest, a storm, what is late), and who carries whom.
ALTER TABLE deliveries
  ADD COLUMN cause      text,                            -- what the alert answers to: many of one cause are a storm
  ADD COLUMN gather     text,                            -- held for a message together with others of this group
  ADD COLUMN gather_at  timestamptz,                     -- when they go; singly an hour later, should that fail
  ADD COLUMN carried_by uuid,                            -- the delivery whose message tells of this one too
  ADD COLUMN reminded   boolean NOT NULL DEFAULT false;
CREATE INDEX deliveries_gathered ON deliveries(recipient_id, gather, number) WHERE gather IS NOT NULL;
CREATE INDEX deliveries_carried ON deliveries(carried_by) WHERE carried_by IS NOT NULL;
CREATE INDEX deliveries_recent ON deliveries(recipient_id, alert, created_at);
CREATE INDEX deliveries_of_cause ON deliveries(recipient_id, cause, created_at) WHERE cause IS NOT NULL;

-- When this service last looked: our own downtime stops the clocks of those who could not have answered.
CREATE TABLE heartbeat(one boolean PRIMARY KEY DEFAULT true CHECK (one), at timestamptz NOT NULL);

-- How far each writer has come with each partition's days, and which days were still open at 06:00 (A19).
CREATE TABLE days(
  writer text NOT NULL, partition integer NOT NULL, day date NOT NULL, PRIMARY KEY (writer, partition));
CREATE TABLE open_days(place text NOT NULL, day date NOT NULL, PRIMARY KEY (place, day));
