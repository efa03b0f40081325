-- Functions, procedures and aggregates, told apart by the types of their arguments.
select
    case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
    array_remove(array[
        nullif(n.nspname, 'public')::text,
        p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'
    ], null),
    array[
        'definition', case when p.prokind <> 'a' then pg_get_functiondef(p.oid) else concat_ws(', ',
            'SFUNC = ' || a.aggtransfn::text,
            'STYPE = ' || format_type(a.aggtranstype, null),
            'SSPACE = ' || nullif(a.aggtransspace, 0),
            'FINALFUNC = ' || nullif(a.aggfinalfn::text, '-'),
            case when a.aggfinalextra then 'FINALFUNC_EXTRA' end,
            'FINALFUNC_MODIFY = ' || a.aggfinalmodify::text,
            'COMBINEFUNC = ' || nullif(a.aggcombinefn::text, '-'),
            'SERIALFUNC = ' || nullif(a.aggserialfn::text, '-'),
            'DESERIALFUNC = ' || nullif(a.aggdeserialfn::text, '-'),
            'INITCOND = ' || quote_literal(a.agginitval),
            'MSFUNC = ' || nullif(a.aggmtransfn::text, '-'),
            'MINVFUNC = ' || nullif(a.aggminvtransfn::text, '-'),
            'MSTYPE = ' || case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end,
            'MSSPACE = ' || nullif(a.aggmtransspace, 0),
            'MFINALFUNC = ' || nullif(a.aggmfinalfn::text, '-'),
            case when a.aggmfinalextra then 'MFINALFUNC_EXTRA' end,
            'MFINALFUNC_MODIFY = ' || a.aggmfinalmodify::text,
            'MINITCOND = ' || quote_literal(a.aggminitval),
            'SORTOP = ' || nullif(a.aggsortop, 0)::regoperator::text,
            'KIND = ' || a.aggkind::text,
            'PARALLEL = ' || p.proparallel::text
        ) end
    ],
    'pg_proc'::regclass::oid,
    p.oid,
    0
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
left join pg_aggregate a on a.aggfnoid = p.oid
where p.oid >= 16384 and n.nspname !~ '^pg_'
