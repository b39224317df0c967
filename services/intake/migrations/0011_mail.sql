-- E-mails of a quality inbox, whole and sealed. A reply or a forward belongs to the draft of what it answers.

CREATE TABLE mails(
  number       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           uuid        NOT NULL UNIQUE,
  name         bytea       NOT NULL,
  content      bytea       NOT NULL,
  draft_id     uuid        NOT NULL REFERENCES drafts,
  receivedtime timestamptz NOT NULL,
  fault        text,
  sealed       jsonb       NOT NULL,
  UNIQUE (name, content));
CREATE INDEX mails_of_draft ON mails(draft_id, number);

-- Who has read the words of an e-mail, and when.
CREATE TABLE mail_reads(
  draft_id uuid NOT NULL REFERENCES drafts, by text NOT NULL, at timestamptz NOT NULL);
