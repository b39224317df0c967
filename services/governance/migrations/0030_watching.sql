-- What governance looks after by itself. All of it follows from what happened, and may be worked out again.

-- Where a confirmed level lies outside what the facts indicate, since when, and when that is told (A9).
CREATE TABLE divergences(
  provider_id text        NOT NULL,
  scale       text        NOT NULL,
  place       text        NOT NULL,
  since       timestamptz NOT NULL,
  due         timestamptz,              -- NULL: nobody has to be told
  cause       text        NOT NULL,
  told        boolean     NOT NULL DEFAULT false,
  PRIMARY KEY (provider_id, scale));
CREATE INDEX divergences_due ON divergences(due) WHERE NOT told AND due IS NOT NULL;

-- What was compared last: only what has changed since is looked at again.
CREATE TABLE compared(
  provider_id text   PRIMARY KEY,
  version     bigint NOT NULL,          -- of the case
  assessment  uuid   NOT NULL);
