-- Everything else that a schema may consist of, by the name that the server gives it. Its row is told
-- as attributes, without object ids, which differ from database to database; what they lead to is told by name. Options whose
-- name may be that of a password are not told.
select
    'opaque'::text,
    array[i.type, i.identity],
    (
        select array_agg(pair.text order by e.key, pair.place)
        from jsonb_each_text(o.content) e
        left join pg_attribute a on a.attrelid = o.class and a.attname = e.key
        cross join lateral (values (1, e.key), (2, e.value)) as pair (place, text)
        where e.value is not null
            and e.key not in ('oid', 'collversion')
            and (a.atttypid is null or a.atttypid not in (
                'oid'::regtype, 'oid[]'::regtype, 'oidvector'::regtype, 'aclitem[]'::regtype,
                'pg_node_tree'::regtype, 'int2vector'::regtype, 'name'::regtype))
    ) || array[
        'uses', (
            select string_agg(distinct r.type || ' ' || r.identity, ', ')
            from pg_depend d
            cross join lateral pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) r
            where d.classid = o.class and d.objid = o.object and d.deptype in ('n', 'a')
        )
    ],
    o.class,
    o.object,
    0
from (
    select 'pg_collation'::regclass::oid as class, x.oid as object, to_jsonb(x) as content
    from pg_collation x where x.oid >= 16384
    union all select 'pg_conversion'::regclass, x.oid, to_jsonb(x) from pg_conversion x where x.oid >= 16384
    union all select 'pg_operator'::regclass, x.oid, to_jsonb(x) from pg_operator x where x.oid >= 16384
    union all select 'pg_opclass'::regclass, x.oid, to_jsonb(x) from pg_opclass x where x.oid >= 16384
    union all select 'pg_opfamily'::regclass, x.oid, to_jsonb(x) from pg_opfamily x where x.oid >= 16384
    union all select 'pg_amop'::regclass, x.oid, to_jsonb(x) from pg_amop x where x.oid >= 16384
        and not exists (select from pg_depend d where d.classid = 'pg_opfamily'::regclass
            and d.objid = x.amopfamily and d.deptype = 'e')
    union all select 'pg_amproc'::regclass, x.oid, to_jsonb(x) from pg_amproc x where x.oid >= 16384
        and not exists (select from pg_depend d where d.classid = 'pg_opfamily'::regclass
            and d.objid = x.amprocfamily and d.deptype = 'e')
    union all select 'pg_am'::regclass, x.oid, to_jsonb(x) from pg_am x where x.oid >= 16384
    union all select 'pg_cast'::regclass, x.oid, to_jsonb(x) from pg_cast x where x.oid >= 16384
    union all select 'pg_language'::regclass, x.oid, to_jsonb(x) from pg_language x where x.oid >= 16384
    union all select 'pg_transform'::regclass, x.oid, to_jsonb(x) from pg_transform x where x.oid >= 16384
    union all select 'pg_ts_config'::regclass, x.oid, to_jsonb(x) || jsonb_build_object('dictionaries', (
        select string_agg(m.maptokentype || ': ' || m.mapdict::regdictionary::text, ', '
            order by m.maptokentype, m.mapseqno)
        from pg_ts_config_map m where m.mapcfg = x.oid
    )) from pg_ts_config x where x.oid >= 16384
    union all select 'pg_ts_dict'::regclass, x.oid, to_jsonb(x) from pg_ts_dict x where x.oid >= 16384
    union all select 'pg_ts_parser'::regclass, x.oid, to_jsonb(x) from pg_ts_parser x where x.oid >= 16384
    union all select 'pg_ts_template'::regclass, x.oid, to_jsonb(x) from pg_ts_template x where x.oid >= 16384
    union all select 'pg_type'::regclass, x.oid, to_jsonb(x) from pg_type x
    where x.oid >= 16384 and x.typtype in ('b', 'p')
        and not exists (select from pg_type e where e.typarray = x.oid)
    union all select 'pg_foreign_data_wrapper'::regclass, x.oid, (to_jsonb(x) - 'fdwoptions') || jsonb_build_object('options', (
        select string_agg(p, ', ' order by p) from unnest(x.fdwoptions) p
        where p !~* '^[^=]*(pass|secret|key|token)'
    ))
    from pg_foreign_data_wrapper x where x.oid >= 16384
    union all select 'pg_foreign_server'::regclass, x.oid, (to_jsonb(x) - 'srvoptions') || jsonb_build_object('options', (
        select string_agg(p, ', ' order by p) from unnest(x.srvoptions) p
        where p !~* '^[^=]*(pass|secret|key|token)'
    ))
    from pg_foreign_server x where x.oid >= 16384
    union all select 'pg_user_mapping'::regclass, x.umid, jsonb_build_object('options', (
        select string_agg(p, ', ' order by p) from unnest(x.umoptions) p
        where p !~* '^[^=]*(pass|secret|key|token)'
    ))
    from pg_user_mappings x
    union all select 'pg_subscription'::regclass, x.oid,
        jsonb_build_object('enabled', x.subenabled, 'publications', x.subpublications)
    from pg_subscription x
    where x.subdbid = (select d.oid from pg_database d where d.datname = current_database())
    union all select 'pg_publication'::regclass, x.oid, to_jsonb(x) from pg_publication x
    -- from version 15
    union all select 'pg_publication_namespace'::regclass, x.oid, '{}' from pg_publication_namespace x
    union all select 'pg_publication_rel'::regclass, x.oid, jsonb_build_object(
        'where', pg_get_expr(x.prqual, x.prrelid),
        'columns', (
            select string_agg(a.attname, ', ' order by a.attname) from pg_attribute a
            where a.attrelid = x.prrelid and a.attnum = any (x.prattrs)
        )
    ) from pg_publication_rel x
    -- before version 15
    union all select 'pg_publication_rel'::regclass, x.oid, '{}' from pg_publication_rel x
    -- every version
) o
cross join lateral pg_identify_object(o.class, o.object, 0) i
