-- What people work on step by step (plans, …), for lists and pages. Follows from the stored events.
CREATE TABLE matters(
  number    bigint  GENERATED ALWAYS AS IDENTITY,  -- the order in which they were begun
  matter_id text    PRIMARY KEY,
  kind      text    NOT NULL,
  subject   text    NOT NULL,   -- a provider, or the place itself
  place     text    NOT NULL,
  open      boolean NOT NULL,
  due       date,               -- the next day by which something of it is owed
  document  json    NOT NULL);
CREATE INDEX matters_about ON matters(subject, kind, number);
CREATE INDEX matters_at ON matters(place, kind, matter_id);
CREATE INDEX matters_due ON matters(place, due) WHERE open AND due IS NOT NULL;
