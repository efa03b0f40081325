-- Enumerations, domains, composite types and ranges. What a domain's checks and a composite type's columns
-- have as comments belongs to them here, because they are no objects of their own.
select
    case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' else 'range' end,
    array_remove(array[nullif(n.nspname, 'public')::text, t.typname::text], null),
    array[
        'labels', (
            select string_agg(quote_literal(l.enumlabel), ', ' order by l.enumsortorder)
            from pg_enum l where l.enumtypid = t.oid
        ),
        'type', case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end,
        'nullable', case when t.typtype = 'd' then case when t.typnotnull then 'false' else 'true' end end,
        'default', case when t.typtype = 'd' then coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) end,
        'collation', case when t.typtype = 'd' and t.typcollation <> b.typcollation
            then t.typcollation::regcollation::text end,
        'columns', case when t.typtype = 'c' then (
            select coalesce(string_agg(
                concat_ws(' ',
                    quote_ident(a.attname),
                    format_type(a.atttypid, a.atttypmod),
                    case when a.attcollation <> u.typcollation
                        then 'COLLATE ' || a.attcollation::regcollation::text end,
                    '-- ' || col_description(a.attrelid, a.attnum)),
                ', ' order by a.attnum), '')
            from pg_attribute a join pg_type u on u.oid = a.atttypid
            where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
        ) end,
        'subtype', format_type(r.rngsubtype, null),
        'operator-class', case when not o.opcdefault then o.opcname::text end,
        'range-collation', case when r.rngcollation <> s.typcollation then r.rngcollation::regcollation::text end,
        'canonical', nullif(r.rngcanonical::text, '-'),
        'subtype-difference', nullif(r.rngsubdiff::text, '-'),
        'multirange', r.rngmultitypid::regtype::text
    ] || (
        select array_agg(pair.text order by c.conname, pair.place)
        from pg_constraint c
        cross join lateral (values
            (1, 'check ' || c.conname),
            (2, concat_ws(' -- ', pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint')))
        ) as pair (place, text)
        where c.contypid = t.oid and c.contype = 'c'
    ),
    'pg_type'::regclass::oid,
    t.oid,
    0
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
left join pg_type b on b.oid = t.typbasetype
left join pg_class k on k.oid = t.typrelid
left join pg_range r on r.rngtypid = t.oid
left join pg_type s on s.oid = r.rngsubtype
left join pg_opclass o on o.oid = r.rngsubopc
where t.oid >= 16384
    and n.nspname !~ '^pg_'
    and (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and k.relkind = 'c')
