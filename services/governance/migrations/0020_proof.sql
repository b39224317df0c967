-- Signed heads of the journals, a day each, as they were kept (also outside this database: a file, the service's log).
CREATE TABLE checkpoints(
  writer   text        NOT NULL,
  day      date        NOT NULL,   -- the London day after whose close they were taken
  position bigint      NOT NULL,   -- of the journal then
  kept     bytea       NOT NULL,   -- signature and content
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (writer, day));
CREATE FUNCTION checkpoints_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'checkpoints are append-only'; END $$;
CREATE TRIGGER checkpoints_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION checkpoints_are_append_only();

-- What each proof of the whole record found, for operators.
CREATE TABLE verifications(
  number   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  place    text,                   -- NULL: everything
  is_whole boolean     NOT NULL,
  report   json        NOT NULL);
