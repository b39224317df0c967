-- What asks for a meeting and has been asked for: while its cause holds, it is not asked for again.
CREATE TABLE convenings(
  clause      text        NOT NULL,   -- of the policy's `convene`
  provider_id text        NOT NULL,
  cause       text        NOT NULL,
  place       text        NOT NULL,
  asked       timestamptz NOT NULL,
  PRIMARY KEY (clause, provider_id, cause));
CREATE INDEX convenings_place ON convenings(place);
