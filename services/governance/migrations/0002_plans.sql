-- Improvement plans, for lists and pages. Follows from the stored events.
CREATE TABLE plans(
  number      bigint  GENERATED ALWAYS AS IDENTITY,  -- the order in which they were drafted
  plan_id     text    PRIMARY KEY,
  provider_id text    NOT NULL,
  place       text    NOT NULL,
  open        boolean NOT NULL,
  document    json    NOT NULL);
CREATE INDEX plans_of ON plans(provider_id, number);
CREATE INDEX plans_at ON plans(place, plan_id);
