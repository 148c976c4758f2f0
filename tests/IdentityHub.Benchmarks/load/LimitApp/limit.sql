-- The columns that a refresh token needs, the presented value's SHA-256 as key.
-- Its tokens are limit-1 to limit-100000, each the head of its own family.
CREATE TABLE limit_tokens (
    token_hash bytea PRIMARY KEY,
    family_id uuid NOT NULL,
    client_id text NOT NULL,
    subject text NOT NULL,
    scope text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz);

INSERT INTO limit_tokens
SELECT sha256(('limit-' || n)::bytea), gen_random_uuid(), 'load-jwt', gen_random_uuid()::text, 'orders.read', now(), now() + interval '30 days', NULL
FROM generate_series(1, 100000) AS n;

VACUUM ANALYZE limit_tokens;

-- Its codes, limit-code-1 and so on, are made by the scenario that uses them up.
CREATE TABLE limit_codes (
    code_hash bytea PRIMARY KEY,
    client_id text NOT NULL,
    subject text NOT NULL,
    scope text NOT NULL,
    redirect_uri text NOT NULL,
    challenge text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz) WITH (fillfactor = 75);

-- The columns and indexes of the hub's access_tokens.
CREATE TABLE limit_access_tokens (
    token_hash bytea PRIMARY KEY,
    client_id varchar(200) NOT NULL,
    user_id uuid,
    session_id uuid,
    family_id uuid,
    actor varchar(1024),
    scopes text NOT NULL,
    audiences text NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz);

CREATE INDEX ix_limit_access_tokens_expires_at ON limit_access_tokens USING brin (expires_at);
