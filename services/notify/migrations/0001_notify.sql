-- Who is told (recipients), what there is to tell (notices), each telling of it (deliveries), and how each went.

CREATE TABLE recipients(
  id           uuid        PRIMARY KEY,              -- made of place, role, provider, channel and address
  place        text        NOT NULL,
  role         text        NOT NULL,
  provider_id  text,                                 -- set: is told of this provider alone
  channel      text        NOT NULL CHECK (channel IN ('webhook', 'email')),
  address      text        NOT NULL,
  secret       bytea,                                -- sealed
  active       boolean     NOT NULL DEFAULT true,
  created_at   timestamptz NOT NULL,
  created_by   text        NOT NULL,
  failures     integer     NOT NULL DEFAULT 0,       -- in a row
  paused_until timestamptz);
CREATE INDEX recipients_of_role ON recipients(place, role) WHERE active;

CREATE TABLE notices(
  event_id   uuid        PRIMARY KEY,
  alert      text        NOT NULL,
  body       jsonb       NOT NULL,
  cleared_by uuid);                                  -- the event that ended it; may come first, with no body to tell

CREATE TABLE deliveries(
  id              uuid        PRIMARY KEY,           -- made of event, recipient and channel: the idempotency key
  number          bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
  event_id        uuid        NOT NULL REFERENCES notices,
  provider_id     text,
  place           text        NOT NULL,
  alert           text        NOT NULL,
  role            text        NOT NULL,
  recipient_id    uuid        REFERENCES recipients, -- NULL: demanded, and nobody is registered
  channel         text,
  channels        text[]      NOT NULL,              -- what the policy allows
  state           text        NOT NULL CHECK (state IN
                    ('due', 'sent', 'acknowledged', 'failed', 'dead', 'escalated', 'suppressed', 'cancelled')),
  reason          text,
  urgent          boolean     NOT NULL,
  acknowledge     jsonb,                             -- the policy's limit; NULL: no acknowledgement is asked for
  ladder          text[]      NOT NULL,
  created_at      timestamptz NOT NULL,
  next_attempt_at timestamptz NOT NULL,
  give_up_at      timestamptz NOT NULL,
  attempts        integer     NOT NULL DEFAULT 0,
  lease           uuid,
  leased_until    timestamptz,
  uncertain       boolean     NOT NULL DEFAULT false, -- may have arrived, though we never heard so
  first_sent_at   timestamptz,
  acknowledge_by  timestamptz,
  escalate_at     timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  note            jsonb);                            -- sealed by the vault
CREATE INDEX deliveries_due ON deliveries(recipient_id, urgent DESC, next_attempt_at)
  WHERE state IN ('due', 'failed') AND recipient_id IS NOT NULL;
CREATE INDEX deliveries_unrouted ON deliveries(place, role) WHERE state = 'due' AND recipient_id IS NULL;
CREATE INDEX deliveries_unanswered ON deliveries(escalate_at) WHERE escalate_at IS NOT NULL;
CREATE INDEX deliveries_of_event ON deliveries(event_id, role);
CREATE INDEX deliveries_of_provider ON deliveries(provider_id, number);

CREATE TABLE attempts(
  delivery_id uuid             NOT NULL REFERENCES deliveries ON UPDATE CASCADE,
  number      integer          NOT NULL,
  at          timestamptz      NOT NULL,
  outcome     text             NOT NULL,
  status      integer,
  detail      text,
  seconds     double precision NOT NULL,
  PRIMARY KEY (delivery_id, number));

-- A role that a policy demands and nobody is registered for: raised once (A19) for as long as it lasts.
-- `event_id` is the first that could not be sent; `provider_id` is '' but for a provider's own manager.
CREATE TABLE gaps(
  place text NOT NULL, role text NOT NULL, provider_id text NOT NULL, event_id uuid NOT NULL,
  PRIMARY KEY (place, role, provider_id));

-- Which A18 told of which unanswered alert, so that it is said once and ended when the answer comes.
CREATE TABLE escalations(
  raised_id uuid NOT NULL, to_role text NOT NULL, alert_id uuid NOT NULL, settled boolean NOT NULL DEFAULT false,
  PRIMARY KEY (raised_id, to_role));
CREATE INDEX escalations_of_alert ON escalations(alert_id);

-- What was not told one by one, gathered by place and reason until it stays quiet.
CREATE TABLE summaries(
  place text NOT NULL, basis text NOT NULL, id uuid NOT NULL, last_at timestamptz NOT NULL, counts jsonb NOT NULL,
  PRIMARY KEY (place, basis));

-- What `notifications` says was said of a delivery that this database does not hold (it was restored).
CREATE TABLE said(
  delivery_id uuid PRIMARY KEY, state text NOT NULL, reason text, at timestamptz NOT NULL, attempts integer NOT NULL,
  acknowledge_by timestamptz, escalate_at timestamptz, by_role text);
