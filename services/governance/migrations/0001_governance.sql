-- What governance keeps beside its event store (made by the library) and its journal: all written in their transactions.

-- A command's answer by its key: the same key is answered again, never carried out again.
CREATE TABLE idempotency(
  key     text        PRIMARY KEY,
  command bytea       NOT NULL,   -- keyed digest of what was asked
  status  smallint    NOT NULL,
  reply   json        NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp());

-- Who stands behind a pseudonym. Never on the log; may be erased without touching it.
CREATE TABLE actors(
  actor        text        PRIMARY KEY,
  subject      text        NOT NULL,
  organisation text        NOT NULL,
  seen         timestamptz NOT NULL DEFAULT clock_timestamp());

-- Packs by digest, as they were adopted.
CREATE TABLE policy_texts(
  digest text  PRIMARY KEY,
  text   bytea NOT NULL);

-- Each adoption, and whether the ledger's marks say yet that it counts. Follows from the stored events.
CREATE TABLE adoptions(
  event_id      text    PRIMARY KEY,
  place         text    NOT NULL,
  digest        text    NOT NULL,
  number        int     NOT NULL,
  in_force_from date    NOT NULL,
  marked        boolean NOT NULL);
CREATE INDEX adoptions_due ON adoptions(in_force_from) WHERE NOT marked;

-- Where a decision is found, and when whoever has not answered is reminded. Follows from the stored events.
CREATE TABLE decisions(
  decision_id text        PRIMARY KEY,
  provider_id text        NOT NULL,
  place       text        NOT NULL,
  status      text        NOT NULL,
  remind_at   timestamptz);         -- NULL: nobody has to be reminded
CREATE INDEX decisions_waiting ON decisions(remind_at) WHERE remind_at IS NOT NULL;

-- What stands, per provider, for lists. Follows from the stored events.
CREATE TABLE cases(
  provider_id text   PRIMARY KEY,
  place       text   NOT NULL,
  version     bigint NOT NULL,
  standing    json   NOT NULL);

-- Reactions that were carried out, each once. A rebuild of the read model never touches them.
CREATE TABLE reactions(
  reaction text        NOT NULL,
  cause    text        NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (reaction, cause));

-- Who opened which sealed text, and when.
CREATE TABLE openings(
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor    text        NOT NULL,
  event_id uuid        NOT NULL);
