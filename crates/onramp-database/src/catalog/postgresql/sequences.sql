-- Sequences. That of an identity column is told as attributes of the column.
select
    case when a.attidentity <> '' then 'column' else 'sequence' end,
    case when a.attidentity <> ''
        then array_remove(array[nullif(tn.nspname, 'public')::text, t.relname::text, a.attname::text], null)
        else array_remove(array[nullif(n.nspname, 'public')::text, c.relname::text], null)
    end,
    case when a.attidentity <> '' then array[
        'identity', concat_ws(' ', case a.attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end, o.options),
        'identity-sequence', case when c.relname <> left(t.relname || '_' || a.attname || '_seq', 63)
            or c.relnamespace <> t.relnamespace then c.oid::regclass::text end,
        'identity-persistence', case when c.relpersistence <> t.relpersistence then c.relpersistence::text end
    ] else array[
        'type', format_type(s.seqtypid, null),
        'persistence', case c.relpersistence when 'u' then 'unlogged' end,
        'options', o.options,
        'owned-by', concat_ws('.', nullif(tn.nspname, 'public'), t.relname, a.attname)
    ] end,
    'pg_class'::regclass::oid,
    c.oid,
    0
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
    and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
left join pg_class t on t.oid = d.refobjid
left join pg_namespace tn on tn.oid = t.relnamespace
left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
cross join lateral (
    select case s.seqtypid when 'smallint'::regtype then 32767 when 'integer'::regtype then 2147483647
        else 9223372036854775807 end as most
) bound
cross join lateral (
    select nullif(concat_ws(' ',
        case when s.seqincrement <> 1 then 'INCREMENT BY ' || s.seqincrement end,
        case when s.seqmin <> case when s.seqincrement > 0 then 1 else -bound.most - 1 end
            then 'MINVALUE ' || s.seqmin end,
        case when s.seqmax <> case when s.seqincrement > 0 then bound.most else -1 end
            then 'MAXVALUE ' || s.seqmax end,
        case when s.seqstart <> case when s.seqincrement > 0 then s.seqmin else s.seqmax end
            then 'START WITH ' || s.seqstart end,
        case when s.seqcache <> 1 then 'CACHE ' || s.seqcache end,
        case when s.seqcycle then 'CYCLE' end
    ), '') as options
) o
where c.oid >= 16384 and n.nspname !~ '^pg_'
