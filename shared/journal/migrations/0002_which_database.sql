-- A database may be restored beside a server that never stopped (pg_restore, a copy): the start of the server alone
-- does not tell. So a comparison with Kafka holds for this server start, this database and this table.

CREATE FUNCTION journal_run() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT concat_ws('/', extract(epoch FROM pg_postmaster_start_time()), d.oid, 'journal'::regclass::oid)
  FROM pg_database AS d WHERE d.datname = current_database()
$$;

ALTER TABLE mark ADD run text;

-- Why nothing may be appended now, or NULL.
CREATE FUNCTION journal_closed() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN run IS DISTINCT FROM journal_run()
              THEN 'the database was started or restored since the journal was last compared with Kafka'
              ELSE held END FROM mark
$$;
