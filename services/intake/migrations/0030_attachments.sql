-- Files that belong to facts, encrypted; and who has read which of them.
CREATE TABLE attachments(
  ref            uuid        PRIMARY KEY,
  publisher      text        NOT NULL,
  places         text[]      NOT NULL,
  classification text        NOT NULL,
  media_type     text        NOT NULL,
  size           int         NOT NULL,
  digest         text        NOT NULL,
  kid            text        NOT NULL,
  nonce          text        NOT NULL,
  content        bytea       NOT NULL,
  receivedtime   timestamptz NOT NULL);
ALTER TABLE attachments ALTER content SET STORAGE EXTERNAL;

CREATE TABLE attachment_reads(
  number  bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ref     uuid        NOT NULL REFERENCES attachments,
  reader  text        NOT NULL,
  organisation text   NOT NULL,
  roles   text[]      NOT NULL,
  readtime timestamptz NOT NULL);
CREATE INDEX attachment_reads_of ON attachment_reads(ref, number);
