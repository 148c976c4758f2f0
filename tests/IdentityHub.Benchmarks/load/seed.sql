-- Fills a migrated, empty hub: psql -v users=1000000 -v tokens_per_user=5 -f seed.sql
-- A user has one session with an LSID and in it one refresh family for each of several clients, each with one live token, so that
-- there are users x tokens_per_user live refresh tokens. Nobody can log in as a seeded user or knows a seeded token.
-- Ids rise with time, as version 7 UUIDs do; token hashes are scattered, as hashes are.
\set ON_ERROR_STOP on

CREATE FUNCTION pg_temp.seeded_id(kind int, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS
$$ SELECT (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

BEGIN;

INSERT INTO users (
    id, user_name, normalized_user_name, email, normalized_email, email_confirmed, password_hash, security_stamp, concurrency_stamp,
    phone_number, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, hash_login_disabled,
    created_at, updated_at)
SELECT pg_temp.seeded_id(1, n), 'seeded-' || n, 'SEEDED-' || n, 'seeded-' || n || '@example.com', 'SEEDED-' || n || '@EXAMPLE.COM', true,
       repeat('x', 84), md5(n::text), md5(n::text), '+999' || lpad(n::text, 9, '0'), true, false, true, 0, false, now(), now()
FROM generate_series(1, :users) AS n;

INSERT INTO sessions (
    id, user_id, effective_user_id, endpoint, client_id, authenticated_at, authentication_methods, created_at, last_seen_at,
    expires_at, is_persistent, handle_hash, handle_expires_at, handle_idle_seconds)
SELECT pg_temp.seeded_id(2, n), pg_temp.seeded_id(1, n), pg_temp.seeded_id(1, n), 'connect/token', 'seeded-1', now(), 'pwd', now(), now(),
       now() + interval '90 days', false, sha256(('seeded-lsid-' || n)::bytea), now() + interval '90 days', 7776000
FROM generate_series(1, :users) AS n;

INSERT INTO refresh_token_families (id, session_id, user_id, client_id, scopes, authenticated_at, created_at, expires_at)
SELECT pg_temp.seeded_id(3, n), pg_temp.seeded_id(2, n % :users + 1), pg_temp.seeded_id(1, n % :users + 1), 'seeded-' || n / :users + 1,
       'orders.read offline_access', now(), now(), now() + interval '90 days'
FROM generate_series(0, :users::bigint * :tokens_per_user - 1) AS n;

INSERT INTO refresh_tokens (token_hash, family_id, issued_at, expires_at)
SELECT sha256(('seeded-' || n)::bytea), pg_temp.seeded_id(3, n), now(), now() + interval '15 days'
FROM generate_series(0, :users::bigint * :tokens_per_user - 1) AS n;

COMMIT;

VACUUM ANALYZE;
