-- Columns. A dropped column keeps its number for ever, so the position is counted anew.
select
    'column'::text,
    array_remove(array[nullif(n.nspname, 'public')::text, c.relname::text, a.attname::text], null),
    array[
        'position', (row_number() over (partition by a.attrelid order by a.attnum))::text,
        'type', format_type(a.atttypid, a.atttypmod),
        'nullable', case
            when c.relkind in ('v', 'm') then null
            when a.attnotnull then 'false'
            else 'true'
        end,
-- from version 18
        -- That a constraint requires the column is nothing new, so neither the constraint nor its name is told.
        'not-null', (
            select concat_ws(' ', case when k.connoinherit then 'NO INHERIT' end, case when not k.convalidated then 'NOT VALID' end)
            from pg_constraint k where k.conrelid = c.oid and k.contype = 'n' and k.conkey = array[a.attnum] and k.conislocal
        ),
-- every version
        'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
        'generated', case a.attgenerated
            when 's' then pg_get_expr(d.adbin, d.adrelid) || ' STORED'
            when 'v' then pg_get_expr(d.adbin, d.adrelid) || ' VIRTUAL'
        end,
        'collation', case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end,
        'storage', case when a.attstorage <> t.typstorage then case a.attstorage
            when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended'
        end end,
        'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
        'inherited', case when a.attinhcount > 0 then
            case when a.attislocal then 'and local' else 'true' end
        end,
        'options', (select string_agg(o, ', ' order by o) from unnest(a.attoptions) o),
        'foreign-options', (select string_agg(o, ', ' order by o) from unnest(a.attfdwoptions) o)
    ],
    'pg_class'::regclass::oid,
    c.oid,
    a.attnum::int
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.oid >= 16384
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname !~ '^pg_'
    and a.attnum > 0
    and not a.attisdropped
