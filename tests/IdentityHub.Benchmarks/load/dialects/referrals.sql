-- Ten referrals by each of the first REFERRERS users NAME-n of the tenant "load":
--   psql -v name=NAME -v referrers=N -f values.sql -f referrals.sql
-- The users must be there, eleven times as many: tenant-users.sql.
INSERT INTO referrals (id, tenant, referrer_id, referred_id, code_used, created_at)
SELECT pg_temp.load_id(:'name' || 'r', n), 'load', pg_temp.load_id(:'name', n % :referrers + 1),
       pg_temp.load_id(:'name', :referrers + n + 1), upper(:'name') || (n % :referrers + 1), now()
FROM generate_series(0, :referrers * 10 - 1) AS n;
