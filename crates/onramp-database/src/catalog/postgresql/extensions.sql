-- Extensions, without the one that every new database has.
select
    'extension'::text,
    array[e.extname::text],
    array['version', e.extversion, 'schema', e.extnamespace::regnamespace::text],
    'pg_extension'::regclass::oid,
    e.oid,
    0
from pg_extension e
where e.oid >= 16384
