-- Comments, by the address of what they stand on.
select classoid, objoid, objsubid, description
from pg_description
where objoid >= 16384
    or classoid = 'pg_namespace'::regclass and objoid = to_regnamespace('public')
        and description <> 'standard public schema'
