-- Rewrite rules, without those that make a view a view; policies of row security.
select
    'rule'::text,
    array_remove(array[nullif(n.nspname, 'public')::text, c.relname::text, r.rulename::text], null),
    array[
        'definition', pg_get_ruledef(r.oid),
        'enabled', case r.ev_enabled when 'D' then 'false' when 'R' then 'replica' when 'A' then 'always' end
    ],
    'pg_rewrite'::regclass::oid,
    r.oid,
    0
from pg_rewrite r
join pg_class c on c.oid = r.ev_class
join pg_namespace n on n.oid = c.relnamespace
where r.oid >= 16384 and r.rulename <> '_RETURN' and n.nspname !~ '^pg_'
union all
select
    'policy'::text,
    array_remove(array[nullif(n.nspname, 'public')::text, c.relname::text, p.polname::text], null),
    array[
        'permissive', case when not p.polpermissive then 'false' end,
        'command', case p.polcmd
            when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all'
        end,
        'roles', (
            select string_agg(distinct case r when 0 then 'public' else r::regrole::text end, ', ')
            from unnest(p.polroles) r
        ),
        'using', pg_get_expr(p.polqual, p.polrelid),
        'check', pg_get_expr(p.polwithcheck, p.polrelid)
    ],
    'pg_policy'::regclass::oid,
    p.oid,
    0
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^pg_'
