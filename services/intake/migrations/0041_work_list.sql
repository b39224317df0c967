-- The quarantine as a work list: who is in danger is told of at once, and each decision is on the ledger.

ALTER TABLE quarantine
  ADD urgent        boolean NOT NULL DEFAULT false,
  ADD alerted       boolean NOT NULL DEFAULT false,
  ADD alert_over    boolean NOT NULL DEFAULT false,
  ADD matched       boolean NOT NULL DEFAULT false,
  ADD decided_place text,
  ADD told          boolean NOT NULL DEFAULT false;
-- What was decided before decisions were told stays as it is.
UPDATE quarantine SET told = true WHERE state <> 'open';
CREATE INDEX quarantine_untold ON quarantine(number) WHERE (urgent AND NOT alert_over) OR (state <> 'open' AND NOT told);
