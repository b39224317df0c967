-- When each feed of a place went live, and when it was last heard: what is silent for too long is told (A19).

CREATE TABLE feeds(
  place     text        NOT NULL,
  feed      text        NOT NULL,
  live_from date        NOT NULL,              -- the London day of its first whole load: what is later is told one by one
  heard     timestamptz NOT NULL,              -- when it was last loaded whole
  raised    text,                              -- the cause of the alert that stands, if it is silent
  PRIMARY KEY (place, feed));

-- A reading of CQC's API that is under way: where it began, and what it has, so that a killed one goes on.
CREATE TABLE readings(
  place text NOT NULL, feed text NOT NULL, began timestamptz NOT NULL, PRIMARY KEY (place, feed));
CREATE TABLE readings_done(
  place text NOT NULL, feed text NOT NULL, key text NOT NULL, PRIMARY KEY (place, feed, key),
  FOREIGN KEY (place, feed) REFERENCES readings ON DELETE CASCADE);

-- Whether a manager was away, by CQC's last word: only absence is told, so its end must be noticed.
CREATE INDEX journal_managers ON journal(key, position) WHERE type LIKE 'careledger.registry.manager.changed.%';
