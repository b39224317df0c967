-- At which meeting, under which item, a decision was taken, where it says so. Follows from the stored events.
CREATE TABLE decided_at(
  decision_id text PRIMARY KEY,
  meeting_id  text NOT NULL,
  item        text);
CREATE INDEX decided_at_meeting ON decided_at(meeting_id, decision_id);
