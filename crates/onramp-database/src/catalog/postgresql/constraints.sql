-- Constraints of tables. A comment, options or a tablespace of the index below are told with them. Whether one
-- that a table has from its parent alone is valid is told at the parent.
select
    case k.contype
        when 'p' then 'primary-key'
        when 'u' then 'unique'
        when 'c' then 'check'
        when 'x' then 'exclusion'
        else 'foreign-key'
    end,
    array_remove(array[nullif(n.nspname, 'public')::text, c.relname::text, k.conname::text], null),
    array[
        'definition', case when k.conislocal then pg_get_constraintdef(k.oid)
            else regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') end,
        'inherited', case when k.coninhcount > 0 then
            case when k.conislocal then 'and local' else 'true' end
        end,
        'valid', case when k.contype in ('p', 'u', 'x') and not i.indisvalid then 'false' end,
        'options', case when k.contype in ('p', 'u', 'x') then (
            select string_agg(o, ', ' order by o) from unnest(x.reloptions) o
        ) end,
        'tablespace', case when k.contype in ('p', 'u', 'x') then s.spcname::text end,
        'index-comment', case when k.contype in ('p', 'u', 'x') then obj_description(x.oid, 'pg_class') end
    ],
    'pg_constraint'::regclass::oid,
    k.oid,
    0
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_class x on x.oid = k.conindid
left join pg_index i on i.indexrelid = k.conindid
left join pg_tablespace s on s.oid = x.reltablespace
where k.oid >= 16384 and k.contype in ('p', 'u', 'c', 'x', 'f') and n.nspname !~ '^pg_'
