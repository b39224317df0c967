-- What was destroyed, kept apart from the vault, so that a restored vault can be told again. Append-only.
create table destructions (
    kid          uuid primary key,
    destroyed_at timestamptz not null default clock_timestamp()
);
