-- What is asked of whom by when, and what was answered: a view of our own journal, read after a mark of its own.

CREATE TABLE followed(
  one boolean PRIMARY KEY DEFAULT true CHECK (one), position bigint NOT NULL);
INSERT INTO followed(position) VALUES (0);

-- Since when it is known and commissioned, as risk counts it: the London day of recording.
ALTER TABLE providers ADD registered_on date, ADD commissioned jsonb NOT NULL DEFAULT '[]';
UPDATE providers AS p SET registered_on = (
  SELECT (min(recordedtime) AT TIME ZONE 'Europe/London')::date FROM journal AS j WHERE j.key = p.provider_id);
UPDATE providers SET registered_on = (now() AT TIME ZONE 'Europe/London')::date WHERE registered_on IS NULL;
UPDATE providers SET commissioned = jsonb_build_array(jsonb_build_array(registered_on, facts->>'commissioning'))
  WHERE facts ? 'commissioning';
ALTER TABLE providers ALTER registered_on SET NOT NULL;

-- From this day on a place's providers are asked here: what was over before is not asked afterwards.
CREATE TABLE asking(place text PRIMARY KEY, since date NOT NULL);

CREATE TABLE asked(
  number      bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  place       text NOT NULL,
  provider_id text NOT NULL,
  return_type text NOT NULL,
  period      text NOT NULL,
  asked_of    text NOT NULL,
  first_day   date NOT NULL,
  after_day   date NOT NULL,
  due_on      date NOT NULL,
  asked_on    date NOT NULL,
  event_id    uuid NOT NULL,
  reminded    int  NOT NULL DEFAULT 0,
  ended_on    date,
  PRIMARY KEY (provider_id, return_type, period));
CREATE INDEX asked_of_place ON asked(place, number);

-- Answers, waivers and analyses by the event that says so.
CREATE TABLE answered(
  event_id    uuid PRIMARY KEY,
  place       text NOT NULL,
  provider_id text NOT NULL,
  return_type text NOT NULL,
  period      text NOT NULL,
  first_day   date,
  kind        text NOT NULL CHECK (kind IN ('submitted', 'waived', 'analysed')),
  on_day      date NOT NULL);
CREATE INDEX answered_of_provider ON answered(provider_id, return_type);

CREATE VIEW asked_standing AS
SELECT a.*,
       (SELECT min(on_day) FROM answered AS f WHERE f.kind = 'submitted' AND f.provider_id = a.provider_id
          AND f.return_type = a.return_type
          AND (f.period = a.period OR (f.first_day >= a.first_day AND f.first_day < a.after_day))) AS submitted_on,
       (SELECT min(on_day) FROM answered AS f WHERE f.kind = 'waived' AND f.provider_id = a.provider_id
          AND f.return_type = a.return_type
          AND (f.period = a.period OR (f.first_day >= a.first_day AND f.first_day < a.after_day))) AS waived_on,
       (SELECT min(on_day) FROM answered AS f WHERE f.kind = 'analysed' AND f.provider_id = a.provider_id
          AND f.return_type = a.return_type
          AND (f.period = a.period OR (f.first_day >= a.first_day AND f.first_day < a.after_day))) AS analysed_on
FROM asked AS a;
