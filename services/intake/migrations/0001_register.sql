-- Intake's own tables beside its journal: which provider is meant, what waits, what was heard.

CREATE TABLE providers(
  number      bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  provider_id text   PRIMARY KEY,
  place       text   NOT NULL,
  facts       jsonb  NOT NULL,
  version     int    NOT NULL DEFAULT 1);
CREATE INDEX providers_of_place ON providers(place, number);

-- Unique within a place: the same scheme and value may stand for a provider in each of two places.
CREATE TABLE aliases(
  number      bigint GENERATED ALWAYS AS IDENTITY,
  place       text NOT NULL,
  scheme      text NOT NULL,
  value       text NOT NULL,
  provider_id text NOT NULL REFERENCES providers,
  PRIMARY KEY (scheme, value, place));
CREATE INDEX aliases_of_provider ON aliases(provider_id, number);

-- What cannot be used (yet), in order of arrival. Texts are sealed; an id is not held by what waits here.
CREATE TABLE quarantine(
  number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           uuid        NOT NULL,
  digest       bytea       NOT NULL,
  reason       text        NOT NULL,
  detail       text,
  publisher    text        NOT NULL,
  places       text[]      NOT NULL,
  type         text,
  scheme       text,
  value        text,
  time         timestamptz,
  receivedtime timestamptz NOT NULL,
  submission   jsonb,
  sealed       jsonb       NOT NULL,
  state        text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'released', 'rejected')),
  decided_by   text,
  decision     jsonb,
  decidedtime  timestamptz);
CREATE UNIQUE INDEX quarantine_once ON quarantine(id, digest) WHERE state = 'open';
CREATE INDEX quarantine_waiting ON quarantine(scheme, value) WHERE state = 'open';
CREATE INDEX quarantine_open ON quarantine(number) WHERE state = 'open';
CREATE INDEX quarantine_id ON quarantine(id, number);

-- Which kinds of live fact were heard in a place on a London day: a count is zero only where its source is alive.
CREATE TABLE heard(
  place text NOT NULL, kind text NOT NULL, day date NOT NULL, PRIMARY KEY (day, place, kind));
