-- Schemas. Every query of this folder answers with the same columns: the kind, the path, the attributes as
-- names and values in turns (a null value is no attribute), and the address by which the server's own tables
-- call the object.
select
    'schema'::text,
    array[n.nspname::text],
    '{}'::text[],
    'pg_namespace'::regclass::oid,
    n.oid,
    0
from pg_namespace n
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
