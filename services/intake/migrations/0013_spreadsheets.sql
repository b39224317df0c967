-- How a publisher's spreadsheet is read: which column is which field.
CREATE TABLE mappings(
  publisher text NOT NULL, name text NOT NULL, mapping jsonb NOT NULL, changedtime timestamptz NOT NULL, changed_by text NOT NULL,
  PRIMARY KEY (publisher, name));
