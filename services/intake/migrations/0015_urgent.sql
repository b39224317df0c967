-- Concerns that safeguarding is told of at once (S4, a type of abuse), by place: what has not been accepted is asked for.
CREATE FUNCTION urgent_place(body bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN event -> 'data' ->> 'severity' = 'S4' OR jsonb_path_exists(event, '$.data.themes[*] ? (@ starts with "abuse.")')
               THEN event ->> 'place' END
   FROM (SELECT convert_from(body, 'UTF8')::jsonb AS event) AS read $$;
CREATE INDEX journal_urgent ON journal(urgent_place(body), position) WHERE type = 'careledger.quality_concern.raised.v1';
