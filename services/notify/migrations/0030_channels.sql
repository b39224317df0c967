-- Two more channels, an inbox that is read in the app, a rate for each recipient, and what channels report afterwards.
ALTER TABLE recipients DROP CONSTRAINT recipients_channel_check;
ALTER TABLE recipients
  ADD CHECK (channel IN ('webhook', 'email', 'govuk_notify', 'kafka', 'inbox')),
  ADD COLUMN allowance    double precision,              -- messages that it may be sent at once; NULL: as many as may be
  ADD COLUMN allowance_at timestamptz;                   -- when it was counted; it grows with time
ALTER TABLE deliveries ADD COLUMN read_at timestamptz;   -- of one in an inbox: when somebody of the role opened it
CREATE INDEX deliveries_in_inbox ON deliveries(place, role, number) WHERE channel = 'inbox';

-- What came back after a message was sent: a bounced e-mail, a callback of GOV.UK Notify. Each counts once.
CREATE TABLE echoes(
  id          text        PRIMARY KEY,                   -- digest of the bounce; the service's own id and status
  delivery_id uuid        NOT NULL REFERENCES deliveries ON UPDATE CASCADE,
  at          timestamptz NOT NULL,
  failed      boolean     NOT NULL,
  detail      text        NOT NULL);
CREATE INDEX echoes_of_delivery ON echoes(delivery_id);
