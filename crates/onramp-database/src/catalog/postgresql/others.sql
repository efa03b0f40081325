-- Event triggers, extended statistics and default privileges.
select
    'event-trigger'::text,
    array[e.evtname::text],
    array[
        'event', e.evtevent::text,
        'tags', array_to_string(e.evttags, ', '),
        'function', e.evtfoid::regprocedure::text,
        'enabled', case e.evtenabled when 'D' then 'false' when 'R' then 'replica' when 'A' then 'always' end
    ],
    'pg_event_trigger'::regclass::oid,
    e.oid,
    0
from pg_event_trigger e
union all
select
    'statistics',
    array_remove(array[nullif(n.nspname, 'public')::text, s.stxname::text], null),
    array['definition', pg_get_statisticsobjdef(s.oid)],
    'pg_statistic_ext'::regclass::oid,
    s.oid,
    0
from pg_statistic_ext s
join pg_namespace n on n.oid = s.stxnamespace
where n.nspname !~ '^pg_'
union all
select
    'default-privileges',
    array_remove(array[
        nullif(n.nspname, 'public')::text,
        case when p.defaclrole = quote_ident(current_user)::regrole then 'owner' else p.defaclrole::regrole::text end,
        case p.defaclobjtype
            when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
            when 'n' then 'schemas' else p.defaclobjtype::text
        end || case when p.defaclnamespace = 0 then ' anywhere' else '' end
    ], null),
    '{}',
    'pg_default_acl'::regclass::oid,
    p.oid,
    0
from pg_default_acl p
left join pg_namespace n on n.oid = p.defaclnamespace
