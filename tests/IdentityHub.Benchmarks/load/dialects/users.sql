-- Users NAME-1 and so on, who cannot log in: psql -v name=NAME -v users=N -v organization=ID -f values.sql -f users.sql
-- ORGANIZATION may be empty.
INSERT INTO users (
    id, user_name, normalized_user_name, email, normalized_email, email_confirmed, password_hash, security_stamp, concurrency_stamp,
    phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, given_name, family_name, organization_id,
    hash_login_disabled, created_at, updated_at)
SELECT pg_temp.load_id(:'name', n), :'name' || '-' || n, upper(:'name' || '-' || n), :'name' || '-' || n || '@load.example',
       upper(:'name' || '-' || n || '@load.example'), true, repeat('x', 84), md5(n::text), md5(n::text), false, false, true, 0, 'Load',
       'User', nullif(:'organization', ''), false, now(), now()
FROM generate_series(1, :users) AS n;
