-- A person's own choice of rows and their order on a dashboard, under a name. Nobody else's, and no part of the record.
CREATE TABLE saved_views(
  view_id    bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject    text    NOT NULL,
  place      text    NOT NULL,
  sector     text    NOT NULL,
  name       text    NOT NULL,
  query      text    NOT NULL,   -- as the dashboard's address says it
  is_default boolean NOT NULL DEFAULT false,
  UNIQUE (subject, place, sector, name));
CREATE UNIQUE INDEX saved_views_default ON saved_views(subject, place, sector) WHERE is_default;
