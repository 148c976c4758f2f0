-- Authorization codes of the first session there is, good for a day, printed one a line: psql -v codes=N -f codes.sql
-- Their form is that of the product: "ihc_", 43 characters of base64url, 6 of a checksum.
\set ON_ERROR_STOP on

CREATE TEMPORARY TABLE made AS
WITH body AS (
    SELECT n, 'ihc_' || translate(rtrim(encode(sha256(('load-code-' || n)::bytea), 'base64'), '='), '+/', '-_') AS text FROM generate_series(1, :codes) AS n)
SELECT n, text || left(translate(encode(substring(sha256(text::bytea) FROM 1 FOR 6), 'base64'), '+/', '-_'), 6) AS code FROM body;

INSERT INTO authorization_codes (
    code_hash, client_id, user_id, session_id, family_id, scopes, redirect_uri, code_challenge, nonce, authenticated_at, authentication_methods, issued_at, expires_at)
SELECT sha256(code::bytea), 'load-code', s.user_id, s.id, (lpad(to_hex(9), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       'openid orders.read', 'https://load.example/cb', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', 'load', s.authenticated_at, 'pwd', now(), now() + interval '1 day'
FROM made, (SELECT * FROM sessions ORDER BY id LIMIT 1) AS s;

SELECT code FROM made ORDER BY n;
