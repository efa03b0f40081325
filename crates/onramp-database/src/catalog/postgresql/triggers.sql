-- Triggers. A partition's copy of a trigger counts only where it is switched otherwise than the original.
select
    'trigger'::text,
    array_remove(array[nullif(n.nspname, 'public')::text, c.relname::text, t.tgname::text], null),
    array[
        'definition', pg_get_triggerdef(t.oid),
        'enabled', case t.tgenabled when 'D' then 'false' when 'R' then 'replica' when 'A' then 'always' end
    ],
    'pg_trigger'::regclass::oid,
    t.oid,
    0
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_trigger p on p.oid = t.tgparentid
where t.oid >= 16384
    and n.nspname !~ '^pg_'
    and (t.tgparentid = 0 and not t.tgisinternal or t.tgenabled <> p.tgenabled)
