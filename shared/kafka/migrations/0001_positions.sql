-- How far each consumer has applied each partition: written in the transaction of the effect (architecture §4).

CREATE TABLE positions(
  consumer  text     NOT NULL,
  topic     text     NOT NULL,
  partition smallint NOT NULL,
  "offset"  bigint   NOT NULL DEFAULT -1,          -- of the last record applied; -1: begin at the beginning
  sequences jsonb    NOT NULL DEFAULT '{}',        -- the last sequence applied, by writer
  last_id   text,                                  -- of the record at "offset": compared at every start
  moved     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, topic, partition)
) WITH (fillfactor = 50);
