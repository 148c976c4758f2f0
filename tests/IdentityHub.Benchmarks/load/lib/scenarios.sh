# A scenario is a function run_NAME, one measured run of every subject, and, where it needs tokens, a function
# prepare_NAME, called once before the first round. Hub and limit get the same bytes, so that reading them costs the same.

scenarios=(
  form client_credentials reference hash_secret introspect session refresh code login_page otp_send password beside_password
  discovery jwks)

connections=32
# Two that compute and two that wait: more would only measure the queue, or its 503.
hash_connections=4
introspected_tokens=200
users=8

is_selected() { # SCENARIO…
  local one
  for one; do if [[ " ${selected[*]} " == *" $one "* ]]; then return 0; fi; done
  return 1
}

basic() { # CLIENT-ID
  echo "Basic $(printf '%s:%s' "$1" "$client_secret" | base64 -w 0)"
}

prepare_forms() {
  mkdir "$work/forms"
  echo 'grant_type=client_credentials&scope=orders.read' >"$work/forms/client_credentials"
  for i in $(seq "$users"); do
    echo "grant_type=password&username=load-$i&password=$user_password&scope=orders.read"
  done >"$work/forms/password"
}

run_form() {
  measure form limit $connections /form post.lua "$work/forms/client_credentials" "$(basic load-jwt)"
}

run_client_credentials() {
  local call=(post.lua "$work/forms/client_credentials" "$(basic load-jwt)")
  measure client_credentials hub $connections /connect/token "${call[@]}"
  measure client_credentials limit $connections /es256 "${call[@]}"
  measure client_credentials peer $connections /token "${call[@]}"
  measure client_credentials openiddict $connections /connect/token "${call[@]}"
}

run_reference() {
  local call=(post.lua "$work/forms/client_credentials" "$(basic load-reference)")
  measure reference hub $connections /connect/token "${call[@]}"
  measure reference limit $connections /insert "${call[@]}"
}

prepare_hash_secret() {
  printf '{"hash":"load-partner","secret":"%s"}\n' "$client_secret" >"$work/forms/hash_secret"
}

run_hash_secret() {
  measure hash_secret hub $connections /api/token post.lua "$work/forms/hash_secret" ""
  measure hash_secret limit $connections /insert post.lua "$work/forms/hash_secret" ""
}

prepare_introspect() {
  seq -f 'token=limit-%.0f' "$introspected_tokens" >"$work/forms/read"
  [ -n "${pid[hub]:-}" ] || return 0
  for _ in $(seq "$introspected_tokens"); do
    must_answer_200 "${url[hub]}/connect/token" -H "Authorization: $(basic load-reference)" -d @"$work/forms/client_credentials"
    echo "token=$(field access_token <"$work/answer")"
  done >"$work/forms/introspect"
}

run_introspect() {
  measure introspect hub $connections /connect/introspect post.lua "$work/forms/introspect" "$(basic orders)"
  measure introspect limit $connections /read post.lua "$work/forms/read" "$(basic orders)"
}

# Each asks for a login session of its own, by its LSID; what the hub has to read is one row by a unique index, as the limit does.
prepare_session() {
  seq -f 'token=limit-%.0f' "$introspected_tokens" >"$work/forms/read"
  [ -n "${pid[hub]:-}" ] || return 0
  local i lsid
  for i in $(seq "$introspected_tokens"); do
    must_answer_200 "${url[hub]}/authenticate/load-$((i % users + 1))" -H 'X-Forwarded-Proto: https' -d "password=$user_password"
    lsid=$(field sessionId <"$work/answer")
    echo "/session/$lsid;lsid=$lsid"
  done >"$work/forms/session"
}

run_session() {
  measure session hub $connections / paths.lua "$work/forms/session"
  measure session limit $connections /read post.lua "$work/forms/read" "$(basic orders)"
}

prepare_refresh() {
  # A run loses a token a connection at most, and the one that wrk asks for to look at; there is a run a round, and the warm-up.
  local chains=$(((rounds + 1) * (connections + 1) + connections)) i
  seq -f 'limit-%.0f' 1001 $((1000 + chains)) >"$work/forms/rotate"
  if [ -n "${pid[openiddict]:-}" ]; then
    for i in $(seq "$chains"); do
      must_answer_200 "${url[openiddict]}/connect/token" -H "Authorization: $(basic load-password)" \
        -d "grant_type=password&username=load-$((i % users + 1))&password=$user_password&scope=orders.read+offline_access"
      echo "$(field refresh_token <"$work/answer")"
    done >"$work/forms/refresh-openiddict"
  fi
  [ -n "${pid[hub]:-}" ] || return 0
  for i in $(seq "$chains"); do
    must_answer_200 "${url[hub]}/connect/token" -H "Authorization: $(basic load-password)" \
      -d "grant_type=password&username=load-$((i % users + 1))&password=$user_password&scope=orders.read+offline_access"
    echo "$(field refresh_token <"$work/answer")"
  done >"$work/forms/refresh"
}

run_refresh() {
  measure refresh hub $connections /connect/token rotate.lua "$work/forms/refresh" "$(basic load-password)"
  measure refresh limit $connections /rotate rotate.lua "$work/forms/rotate" "$(basic load-password)"
  measure refresh openiddict $connections /connect/token rotate.lua "$work/forms/refresh-openiddict" "$(basic load-password)"
}

# As many as the fastest of the two can use up.
code_form='grant_type=authorization_code&redirect_uri=https%3A%2F%2Fload.example%2Fcb'
code_form+='&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&code='

prepare_code() {
  local codes=$(((rounds * seconds + warm_up_seconds) * 6000))
  seq -f 'limit-code-%.0f' "$codes" >"$work/forms/limit-codes"
  sql limits -c "INSERT INTO limit_codes
    SELECT sha256(('limit-code-' || n)::bytea), 'load-code', gen_random_uuid()::text, 'openid orders.read', 'https://load.example/cb',
           'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', now() + interval '1 day', NULL
    FROM generate_series(1, $codes) AS n" -c 'VACUUM ANALYZE limit_codes'
  [ -n "${pid[hub]:-}" ] || return 0
  must_answer_200 "${url[hub]}/connect/token" -H "Authorization: $(basic load-password)" -d "$(head -1 "$work/forms/password")"
  sql hub -v codes="$codes" -f "$here/codes.sql" >"$work/forms/codes"
  sql hub -c 'VACUUM ANALYZE authorization_codes'
}

run_code() {
  measure code hub $connections /connect/token once.lua "$work/forms/codes" "$(basic load-code)" "$code_form"
  measure code limit $connections /code once.lua "$work/forms/limit-codes" "$(basic load-code)" "$code_form"
}

# One browser at a time: p50 is what the page costs.
run_login_page() {
  measure login_page hub 1 /login get.lua
}

# Once while the mail server answers, and once while it takes connections and says nothing: p99 of the two is the figure.
prepare_otp_send() {
  [ -n "${pid[hub]:-}" ] || return 0
  must_answer_200 "${url[hub]}/connect/token" -H "Authorization: $(basic load-otp)" -d 'grant_type=client_credentials'
  otp_authorization="Bearer $(field access_token <"$work/answer")"
  seq -f 'load-%.0f@load.example"}' $(((2 * rounds * seconds + 2 * warm_up_seconds) * 6000)) >"$work/forms/otp_send"
}

run_otp_send() {
  local call=(once.lua "$work/forms/otp_send" "${otp_authorization:-}" '{"email":"')
  [ -n "${pid[hub]:-}" ] || return 0
  echo answers >"$work/mail-mode"
  measure otp_send hub $connections /otp/send "${call[@]}"
  echo hangs >"$work/mail-mode"
  measure "otp_send: mail hangs" hub $connections /otp/send "${call[@]}"
}

run_password() {
  measure password hub $hash_connections /connect/token post.lua "$work/forms/password" "$(basic load-password)"
  measure password limit $hash_connections /hash post.lua "$work/forms/password" "$(basic load-password)"
}

# client_credentials while password hashing saturates the cores: p99 is the figure.
run_beside_password() {
  beside hub /connect/token /connect/token
  beside limit /hash /es256
}

beside() { # SUBJECT PASSWORD-PATH CLIENT-CREDENTIALS-PATH
  local hashing
  [ -n "${pid[$1]:-}" ] || return 0
  drive $((seconds + warm_up_seconds + 2)) $hash_connections "${url[$1]}$2" \
    post.lua "$work/forms/password" "$(basic load-password)" >"$work/beside" &
  hashing=$!
  sleep 1
  measure beside_password "$1" $connections "$3" post.lua "$work/forms/client_credentials" "$(basic load-jwt)"
  wait "$hashing"
  record "beside_password: hashes" "$1" "$(cat "$work/beside")"
}

run_discovery() {
  measure discovery hub $connections /.well-known/openid-configuration get.lua
  measure discovery limit $connections /get get.lua
  measure discovery peer $connections /.well-known/openid-configuration get.lua
}

run_jwks() {
  measure jwks hub $connections /.well-known/openid-configuration/jwks get.lua
  measure jwks limit $connections /get get.lua
  measure jwks peer $connections /jwks get.lua
}

# The string member NAME of the compact JSON object on standard input.
field() { # NAME
  sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}
