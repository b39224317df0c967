-- Concerns that may be one: a view of our own journal (`follow`). What an officer finds is on the ledger.

CREATE TABLE concerns_seen(
  number      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id    uuid    NOT NULL UNIQUE,
  place       text    NOT NULL,
  provider_id text    NOT NULL,
  publisher   text    NOT NULL,
  concern_id  text    NOT NULL,
  day         date    NOT NULL,
  themes      text[]  NOT NULL,
  people      text    NOT NULL,
  severity    text    NOT NULL,
  withdrawn   boolean NOT NULL DEFAULT false);
CREATE INDEX concerns_of_day ON concerns_seen(provider_id, day, number);
CREATE INDEX concerns_of_reference ON concerns_seen(provider_id, concern_id, number);

CREATE TABLE duplicates(
  number     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id         uuid PRIMARY KEY,
  place      text   NOT NULL,
  first      uuid   NOT NULL,
  second     uuid   NOT NULL,
  reasons    text[] NOT NULL,
  foundtime  timestamptz NOT NULL,
  state      text   NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'dismissed', 'withdrawn')),
  decidedtime timestamptz);
CREATE INDEX duplicates_of_place ON duplicates(place, number);
CREATE INDEX duplicates_of_event ON duplicates(second);
CREATE INDEX duplicates_of_first ON duplicates(first);
