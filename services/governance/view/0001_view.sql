-- The read model: filled from Kafka in one transaction with its positions; may be dropped and built again at any time.

CREATE TABLE providers(
  provider_id  text     PRIMARY KEY,
  place        text     NOT NULL,
  partition    smallint NOT NULL,
  registered   timestamptz NOT NULL,
  facts        json     NOT NULL);      -- of registry.service.*: name, service_type, commissioning, beds, aliases, …
CREATE INDEX providers_place ON providers(place, provider_id);

CREATE TABLE assessments(
  provider_id  text        PRIMARY KEY,
  id           uuid        NOT NULL,
  recordedtime timestamptz NOT NULL,
  data         json        NOT NULL);

-- How far each ledger partition has been judged, and each writer's days closed in it.
CREATE TABLE days(
  topic     text     NOT NULL,
  partition smallint NOT NULL,
  writer    text     NOT NULL,
  day       date     NOT NULL,
  PRIMARY KEY (topic, partition, writer));

-- ledger, assessments and notifications of each provider, as they stand in Kafka.
CREATE TABLE history(
  topic          text        NOT NULL,
  partition      smallint    NOT NULL,
  "offset"       bigint      NOT NULL,
  rank           smallint    NOT NULL,
  provider_id    text        NOT NULL,
  recordedtime   timestamptz NOT NULL,
  peak           timestamptz NOT NULL,   -- the latest recordedtime of its partition up to here: what is known is a prefix
  time           timestamptz NOT NULL,
  id             uuid        NOT NULL UNIQUE,
  type           text        NOT NULL,
  classification text        NOT NULL,
  body           bytea       NOT NULL,
  PRIMARY KEY (topic, partition, "offset"));
ALTER TABLE history ALTER body SET STORAGE EXTERNAL;
CREATE INDEX history_order ON history(provider_id, recordedtime, rank, partition, "offset");

CREATE TABLE peaks(
  topic     text        NOT NULL,
  partition smallint    NOT NULL,
  peak      timestamptz NOT NULL,
  PRIMARY KEY (topic, partition));

-- The ledger's marks, by which time and policy reached risk: a past assessment is recomputed with them.
CREATE TABLE marks(
  partition smallint    NOT NULL,
  "offset"  bigint      NOT NULL,
  peak      timestamptz NOT NULL,
  body      bytea       NOT NULL,
  PRIMARY KEY (partition, "offset"));

-- Which consumer fills this model: another one once it was built again.
CREATE TABLE generation(name text NOT NULL);
