-- The addresses of what is no object of its own: what extensions bring along, and the functions and casts
-- that a range has by itself.
select classid, objid
from pg_depend
where deptype = 'e' and refclassid = 'pg_extension'::regclass
    or deptype = 'i' and classid in ('pg_proc'::regclass, 'pg_cast'::regclass) and objid >= 16384
