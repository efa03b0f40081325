-- What was granted beyond what an object has by itself, and taken away from that, by its address. Who
-- granted it does not count, and the owner is called `owner`, because owners differ from machine to machine.
with granted as (
    select 'pg_class'::regclass::oid as class, oid as object, 0 as part, relowner as owner, relacl as acl,
        acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner) as usual
    from pg_class where relacl is not null and oid >= 16384
    union all
    select 'pg_class'::regclass, attrelid, attnum, relowner, attacl, acldefault('c', relowner)
    from pg_attribute join pg_class c on c.oid = attrelid where attacl is not null and attrelid >= 16384
    union all
    select 'pg_proc'::regclass, oid, 0, proowner, proacl, acldefault('f', proowner)
    from pg_proc where proacl is not null and oid >= 16384
    union all
    select 'pg_type'::regclass, oid, 0, typowner, typacl, acldefault('T', typowner)
    from pg_type where typacl is not null and oid >= 16384
    union all
    select 'pg_namespace'::regclass, n.oid, 0, nspowner, nspacl,
        coalesce(i.initprivs, acldefault('n', nspowner))
    from pg_namespace n
    left join pg_init_privs i on i.classoid = 'pg_namespace'::regclass and i.objoid = n.oid
    where nspacl is not null and (n.oid >= 16384 or n.nspname = 'public')
    union all
    select 'pg_language'::regclass, oid, 0, lanowner, lanacl, acldefault('l', lanowner)
    from pg_language where lanacl is not null and oid >= 16384
    union all
    select 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwowner, fdwacl, acldefault('F', fdwowner)
    from pg_foreign_data_wrapper where fdwacl is not null
    union all
    select 'pg_foreign_server'::regclass, oid, 0, srvowner, srvacl, acldefault('S', srvowner)
    from pg_foreign_server where srvacl is not null
    union all
    -- In one schema they come on top of those that hold anywhere.
    select 'pg_default_acl'::regclass, oid, 0, defaclrole, defaclacl, case when defaclnamespace = 0
        then acldefault(case defaclobjtype when 'S' then 's' else defaclobjtype end, defaclrole) else acldefault('c', defaclrole) end
    from pg_default_acl
)
select class, object, part::int, string_agg(
    sign || privilege || ' TO ' || grantee || case when grantable then ' WITH GRANT OPTION' else '' end,
    ', ' order by grantee, privilege, sign, grantable)
from granted
cross join lateral (
    with now as (
        select privilege_type as privilege, is_grantable as grantable,
            case grantee when 0 then 'public' when owner then 'owner' else grantee::regrole::text end as grantee
        from aclexplode(acl)
    ), before as (
        select privilege_type as privilege, is_grantable as grantable,
            case grantee when 0 then 'public' when owner then 'owner' else grantee::regrole::text end as grantee
        from aclexplode(usual)
    )
    select '' as sign, * from (select * from now except select * from before) more
    union all
    select 'no ', * from (select * from before except select * from now) less
) changed
group by class, object, part
