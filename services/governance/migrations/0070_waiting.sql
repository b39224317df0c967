-- Decisions that wait for another organisation, or for a second person, for the list of what is owed. Follows from the
-- stored events.
CREATE TABLE waiting(
  decision_id text    PRIMARY KEY,
  provider_id text    NOT NULL,
  place       text    NOT NULL,
  body        text    NOT NULL,   -- who decided
  decision    text    NOT NULL,   -- its type
  needs       text[]  NOT NULL,   -- whose consent, or ratification, is awaited
  due         date);              -- NULL: nobody is reminded of it
CREATE INDEX waiting_at ON waiting(place, provider_id);
