-- Users NAME-n of the tenant "load" with the referral codes NAMEn in upper case. Prints id, read token and write token of each, apart by
-- tabs: psql -v name=NAME -v users=N -v key=KEY -v stored=yes -f values.sql -f tenant-users.sql
-- With stored=no the users are only printed: for calls that make them. No two have the same name: their codes are made of it.
\if :stored
INSERT INTO users (
    id, user_name, normalized_user_name, email_confirmed, security_stamp, concurrency_stamp, phone_number_confirmed, two_factor_enabled,
    lockout_enabled, access_failed_count, given_name, family_name, hash_login_disabled, created_at, updated_at)
SELECT pg_temp.load_id(:'name', n), pg_temp.load_id(:'name', n)::text, upper(pg_temp.load_id(:'name', n)::text), false, md5(n::text),
       md5(n::text), false, false, true, 0, 'Load', 'User', false, now(), now()
FROM generate_series(1, :users) AS n;

INSERT INTO tenant_users (user_id, tenant, account_id, external_id, email, referral_code, code_created_at, created_at)
SELECT pg_temp.load_id(:'name', n), 'load', 'acc', :'name' || '-' || n, :'name' || '-' || n || '@load.example', upper(:'name') || n, now(),
       now()
FROM generate_series(1, :users) AS n;
\endif

SELECT id || E'\t' || pg_temp.signed(:'key', format('{"user":{"id":"%s","accountId":"acc"},"exp":%s}', id, ends))
    || E'\t' || pg_temp.signed(:'key', format(
        '{"user":{"id":"%1$s","accountId":"acc","email":"%1$s@load.example","firstName":"Load","lastName":"%3$s"},"exp":%2$s}', id, ends,
        translate(n::text, '0123456789', 'abcdefghij')))
FROM (SELECT n, :'name' || '-' || n AS id, extract(epoch FROM now())::bigint + 43200 AS ends FROM generate_series(1, :users) AS n) AS made;
