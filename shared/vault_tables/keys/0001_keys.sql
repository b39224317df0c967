create table data_keys (
    kid          uuid primary key,
    master       text not null,              -- which master key wraps it
    wrapped      bytea,                      -- null: destroyed, for ever
    created_at   timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);

create table key_subjects (
    subject text not null,
    kid     uuid not null references data_keys,
    primary key (subject, kid)
);
create index on key_subjects (kid);

create table holds (
    subject   text primary key,
    reason    text not null,
    placed_at timestamptz not null default clock_timestamp()
);

-- A destroyed key stays as a tombstone: nothing in the database may bring it back or forget that it was.
create function refuse_resurrection() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a key is destroyed, never deleted: %', old.kid;
    end if;
    if old.wrapped is null then
        raise exception 'this key was destroyed: %', old.kid;
    end if;
    return new;
end $$;

create trigger tombstones before update or delete on data_keys for each row execute function refuse_resurrection();
