-- Indexes that no constraint made.
select
    'index'::text,
    array_remove(array[nullif(n.nspname, 'public')::text, t.relname::text, c.relname::text], null),
    array[
        'unique', case when i.indisunique then 'true' end,
        'definition', pg_get_indexdef(c.oid),
        'valid', case when not i.indisvalid then 'false' end,
        'part-of', (select h.inhparent::regclass::text from pg_inherits h where h.inhrelid = c.oid),
        'tablespace', s.spcname::text
    ],
    'pg_class'::regclass::oid,
    c.oid,
    0
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_class t on t.oid = i.indrelid
join pg_namespace n on n.oid = t.relnamespace
left join pg_tablespace s on s.oid = c.reltablespace
where c.oid >= 16384
    and n.nspname !~ '^pg_'
    and not exists (
        select from pg_constraint k
        where k.conindid = c.oid and k.conrelid = t.oid and k.contype in ('p', 'u', 'x')
    )
