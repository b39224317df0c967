-- What people are writing, have written, and have sent by e-mail. Their words are sealed; what is bound is not theirs.

CREATE TABLE drafts(
  id            uuid        PRIMARY KEY,
  kind          text        NOT NULL CHECK (kind IN ('concern', 'feedback', 'returns', 'mail')),
  reference     text        NOT NULL UNIQUE,
  code          bytea       UNIQUE,
  places        text[]      NOT NULL,
  bound         jsonb       NOT NULL DEFAULT '{}',
  sealed        jsonb,
  state         text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'submitted', 'recorded', 'closed')),
  createdtime   timestamptz NOT NULL,
  expires       timestamptz,
  submittedtime timestamptz,
  event_id      uuid,
  outcome       text,
  decided_by    text,
  number        bigint      GENERATED ALWAYS AS IDENTITY UNIQUE);
CREATE INDEX drafts_unfinished ON drafts(number) WHERE state = 'submitted';
CREATE INDEX drafts_expiring ON drafts(expires) WHERE state = 'open';
CREATE INDEX drafts_mail ON drafts(number) WHERE kind = 'mail' AND state = 'open';

-- How often an address has tried something lately: a keyed digest, never the address.
CREATE TABLE tries(
  who bytea NOT NULL, what text NOT NULL, since timestamptz NOT NULL, count int NOT NULL, PRIMARY KEY (who, what, since));

-- What became of a concern stands in the journal alone: found by the concern's name.
CREATE FUNCTION named_concern(body bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT convert_from(body, 'UTF8')::jsonb -> 'data' ->> 'concern_id' $$;
CREATE INDEX journal_concerns ON journal(named_concern(body))
  WHERE type IN ('careledger.quality_concern.raised.v1', 'careledger.concern.routed.v1',
                 'careledger.concern.outcome_recorded.v1');
