-- Statements: which month's was made for whom. And what measures and statements look for.
CREATE TABLE statements(recipient_id uuid NOT NULL REFERENCES recipients, month text NOT NULL, PRIMARY KEY (recipient_id, month));
CREATE INDEX recipients_of_statements ON recipients(id) WHERE duty ->> 'statement' = 'true';
CREATE INDEX deliveries_told ON deliveries(recipient_id, first_sent_at) WHERE first_sent_at IS NOT NULL;
CREATE INDEX deliveries_of_place ON deliveries(place, created_at);

-- A restored database learns when each was first sent, and which reminders went, as well.
ALTER TABLE said
  ADD COLUMN sent_at  timestamptz,
  ADD COLUMN reminded boolean NOT NULL DEFAULT false;
