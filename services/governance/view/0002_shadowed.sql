-- What a draft, judged beside the policy in force, would say of each provider: the last word of risk.
CREATE TABLE shadowed(
  provider_id  text        PRIMARY KEY,
  digest       text        NOT NULL,   -- of the draft
  moves        boolean,                -- NULL: the two cannot be compared
  recordedtime timestamptz NOT NULL,
  data         json        NOT NULL);
