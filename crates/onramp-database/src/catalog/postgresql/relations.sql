-- Tables of every sort, views and materialised views.
select
    case c.relkind
        when 'v' then 'view'
        when 'm' then 'materialized-view'
        when 'f' then 'foreign-table'
        else 'table'
    end,
    array_remove(array[nullif(n.nspname, 'public')::text, c.relname::text], null),
    array[
        'definition', case when c.relkind in ('v', 'm') then btrim(pg_get_viewdef(c.oid), ' ;') end,
        'persistence', case c.relpersistence when 'u' then 'unlogged' end,
        'partition-by', case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
        'partition-of', case when c.relispartition then (
            select i.inhparent::regclass::text from pg_inherits i where i.inhrelid = c.oid
        ) end,
        'bounds', pg_get_expr(c.relpartbound, c.oid),
        'inherits', case when not c.relispartition then (
            select string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno)
            from pg_inherits i where i.inhrelid = c.oid
        ) end,
        'of-type', case when c.reloftype <> 0 then c.reloftype::regtype::text end,
        'options', (select string_agg(o, ', ' order by o) from unnest(c.reloptions) o),
        'toast-options', (
            select string_agg(o, ', ' order by o)
            from pg_class toast, unnest(toast.reloptions) o where toast.oid = c.reltoastrelid
        ),
        'row-security', case
            when c.relrowsecurity and c.relforcerowsecurity then 'enabled and forced'
            when c.relrowsecurity then 'enabled'
            when c.relforcerowsecurity then 'forced'
        end,
        'replica-identity', case when c.relkind in ('r', 'p', 'm') then case c.relreplident
            when 'n' then 'nothing'
            when 'f' then 'full'
            when 'i' then (
                select i.indexrelid::regclass::text
                from pg_index i where i.indrelid = c.oid and i.indisreplident
            )
        end end,
        'cluster-on', (
            select i.indexrelid::regclass::text from pg_index i where i.indrelid = c.oid and i.indisclustered
        ),
        'access-method', nullif(m.amname::text, 'heap'),
        'tablespace', s.spcname::text,
        'server', f.srvname::text,
        'foreign-options', (select string_agg(o, ', ' order by o) from unnest(t.ftoptions) o)
    ],
    'pg_class'::regclass::oid,
    c.oid,
    0
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_am m on m.oid = c.relam
left join pg_tablespace s on s.oid = c.reltablespace
left join pg_foreign_table t on t.ftrelid = c.oid
left join pg_foreign_server f on f.oid = t.ftserver
where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_'
