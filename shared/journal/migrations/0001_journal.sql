-- The journal of one service (architecture §3.1): append-only; order, partition, sequence and chain are fixed here.

CREATE TABLE journal(
  position     bigint      PRIMARY KEY,
  topic        text        NOT NULL,
  partition    smallint    NOT NULL,
  key          text        NOT NULL,
  type         text        NOT NULL,
  sequence     bigint      NOT NULL,
  prevsequence bigint      NOT NULL,
  prevhash     text        NOT NULL,
  hash         text        NOT NULL,
  id           uuid        NOT NULL UNIQUE,
  digest       bytea       NOT NULL,
  recordedtime timestamptz NOT NULL,
  body         bytea       NOT NULL,
  UNIQUE (topic, partition, sequence));
ALTER TABLE journal ALTER body SET STORAGE EXTERNAL;

-- Which days are closed is read from the marks themselves.
CREATE INDEX journal_days ON journal(topic, partition, position) WHERE type LIKE 'careledger.day.closed.%';

CREATE TABLE heads_partition(
  topic text NOT NULL, partition smallint NOT NULL, sequence bigint NOT NULL, PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

CREATE TABLE heads_key(
  topic text NOT NULL, key text NOT NULL, hash text NOT NULL, PRIMARY KEY (topic, key)
) WITH (fillfactor = 70);

-- How far Kafka has it. `reconciled` is the start of the database for which the journal was compared with Kafka.
CREATE TABLE mark(
  one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
  position   bigint      NOT NULL,
  epoch      smallint    NOT NULL,
  reconciled timestamptz NOT NULL,
  held       text);
INSERT INTO mark(position, epoch, reconciled) VALUES (0, 0, '-infinity');

-- The last acknowledged record of each partition: where the comparison with Kafka begins.
CREATE TABLE published(
  topic text NOT NULL, partition smallint NOT NULL, "offset" bigint NOT NULL, sequence bigint NOT NULL,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- What was recorded is never changed and never deleted.
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
  FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
