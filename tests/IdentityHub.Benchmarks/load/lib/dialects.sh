# Scenarios of the older APIs. They have no limit to be compared with: what a call costs is their figure. As in scenarios.sh, run_NAME is a
# measured run and prepare_NAME makes what it needs. Rows come from SQL (../dialects), with tokens whose form is the product's own.

older_apis=(
  v1_login v1_signup v1_client_login v1_client_change v1_client_erase
  oauth_v2_machine oauth_v2_password oauth_v2_otp oauth_v2_refresh
  authenticate authenticate_hash session_end session_end_all session_clone session_act_user session_act_org session_reset block_show
  block_set password_change reset_mail
  open_create open_upsert open_lookup open_lookup_key open_code open_user open_apply open_referrals open_exchange)

# Signs the tokens of the tenant, and is its API key; worth nothing, like client_secret.
tenant_key=load-tenant-key-0123456789-0123456789
directory_users=1000
tenant_users=5000
session_users=500

make_rows() { # FILE NAME=VALUE…
  local file=$1 variables=() variable
  shift
  for variable in "$@"; do variables+=(-v "$variable"); done
  sql hub "${variables[@]}" -f "$here/dialects/values.sql" -f "$here/dialects/$file"
}

# Rows that a scenario of at most so many requests a second uses up.
used_up() { # REQUESTS-A-SECOND
  echo $(((rounds * seconds + warm_up_seconds) * $1))
}

calls_in_turn() { # SCENARIO CONNECTIONS [STATUS]
  measure "$1" hub "$2" / calls.lua "$work/forms/$1" turn "${@:3}"
}

calls_once() { # SCENARIO CONNECTIONS
  measure "$1" hub "$2" / calls.lua "$work/forms/$1" once
}

# --- Service users and client accounts: /v1

# As many service users as there are users: attempts of one of them wait for each other.
make_service_users() {
  [ -z "${service_authorization:-}" ] || return 0
  local i
  for i in $(seq "$users"); do hub users create "load-service-$i" --role service --password-stdin <<<"$user_password"; done
  must_answer_200 "${url[hub]}/v1/login/password" -d "{\"username\":\"load-service-1\",\"password\":\"$user_password\"}"
  service_authorization="Authorization: Bearer $(field api_token <"$work/answer")"
}

prepare_v1_login() {
  make_service_users
  local i
  for i in $(seq "$users"); do
    printf 'POST\t/v1/login/password\t{"username":"load-service-%s","password":"%s"}\n' "$i" "$user_password"
  done >"$work/forms/v1_login"
}

run_v1_login() {
  calls_in_turn v1_login $hash_connections
}

sign_up() { # FOUR-HEXADECIMAL-DIGITS NUMBER
  seq "$2" | awk -v name="$1" -v password="$user_password" -v bearer="$service_authorization" '{
    printf "POST\t/v1/client/signup\t{\"user_id\":\"%08x-%s-4000-8000-%012x\",", $1, name, $1
    printf "\"email\":\"%s-%d@load.example\",", name, $1
    printf "\"name\":{\"first_name\":\"Load\",\"last_name\":\"User\"},\"password\":\"%s\"}\t%s\n", password, bearer }'
}

prepare_v1_signup() {
  make_service_users
  sign_up 5151 "$(used_up 60)" >"$work/forms/v1_signup"
}

run_v1_signup() {
  calls_once v1_signup $hash_connections
}

prepare_v1_client_login() {
  make_service_users
  local i
  sign_up 1061 "$users" | while IFS=$'\t' read -r _ path body bearer; do must_answer_200 "${url[hub]}$path" -H "$bearer" -d "$body"; done
  for i in $(seq "$users"); do
    printf 'POST\t/v1/client/login\t{"email":"1061-%s@load.example","password":"%s"}\t%s\n' "$i" "$user_password" "$service_authorization"
  done >"$work/forms/v1_client_login"
}

run_v1_client_login() {
  calls_in_turn v1_client_login $hash_connections
}

make_accounts() { # NAME NUMBER
  make_rows users.sql name="$1" users="$2" organization=
  make_rows accounts.sql name="$1" accounts="$2"
}

prepare_v1_client_change() {
  make_service_users
  make_accounts changed "$session_users" | awk -F '\t' -v bearer="$service_authorization" '{
    print "PUT\t/v1/client/" $1 "\t{\"name\":{\"first_name\":\"Load\",\"last_name\":\"Changed\"},\"custom_data\":{\"plan\":\"gold\"}}\t"\
      bearer "\tClient-Token: " $2 }' >"$work/forms/v1_client_change"
}

run_v1_client_change() {
  calls_in_turn v1_client_change $connections
}

prepare_v1_client_erase() {
  make_service_users
  make_accounts erased "$(used_up 500)" | awk -F '\t' -v bearer="$service_authorization" '{
    print "DELETE\t/v1/client/" $1 "\t{\"reason\":\"load\"}\t" bearer "\tClient-Token: " $2 }' >"$work/forms/v1_client_erase"
}

run_v1_client_erase() {
  calls_once v1_client_erase $connections
}

# --- /oauth/v2/token

v2_request() { # GRANT-TYPE [MORE-MEMBERS]
  printf '{"grant_type":"%s","client_id":"load-v2","client_secret":"%s"%s' "$1" "$client_secret" "${2:-}"
}

prepare_oauth_v2_machine() {
  printf 'POST\t/oauth/v2/token\t%s}\n' "$(v2_request client_credentials)" >"$work/forms/oauth_v2_machine"
}

run_oauth_v2_machine() {
  calls_in_turn oauth_v2_machine $connections
}

prepare_oauth_v2_password() {
  local i
  for i in $(seq "$users"); do
    printf 'POST\t/oauth/v2/token\t%s}\n' "$(v2_request password ",\"username\":\"load-$i\",\"password\":\"$user_password\"")"
  done >"$work/forms/oauth_v2_password"
}

run_oauth_v2_password() {
  calls_in_turn oauth_v2_password $hash_connections
}

# A one-time password in place of the password: the first one of an address makes its user. Each is sent, read from the mail, and used once.
prepare_oauth_v2_otp() {
  local number tries address code
  number=$(used_up 400)
  must_answer_200 "${url[hub]}/oauth/v2/token" -d "$(v2_request client_credentials)}"
  echo keeps >"$work/mail-mode"
  touch "$work/mail-codes"
  seq "$number" | awk -v url="${url[hub]}/otp/send" -v bearer="$(field access_token <"$work/answer")" -v sink="$work/answer" '{
    if (NR > 1) print "next"
    print "url = \"" url "\"\nheader = \"Authorization: Bearer " bearer "\"\noutput = \"" sink "\""
    print "data = \"{\\\"email\\\":\\\"otp-" $1 "@load.example\\\"}\"" }' >"$work/sends"
  curl -s --no-progress-meter --parallel --parallel-max 8 --config "$work/sends"
  for tries in $(seq 300); do
    if [ "$(wc -l <"$work/mail-codes")" -ge "$number" ]; then break; fi
    sleep 1
  done
  echo answers >"$work/mail-mode"
  while IFS=$'\t' read -r address code; do
    printf 'POST\t/oauth/v2/token\t%s}\n' "$(v2_request password ",\"username\":\"$address\",\"password\":\"$code\"")"
  done <"$work/mail-codes" >"$work/forms/oauth_v2_otp"
}

run_oauth_v2_otp() {
  calls_once oauth_v2_otp $hash_connections
}

# As many chains as prepare_refresh has, and for the same reason.
prepare_oauth_v2_refresh() {
  local chains=$(((rounds + 1) * (connections + 1) + connections))
  make_rows users.sql name=rotated users="$chains" organization=
  make_rows tokens.sql name=rotated client=load-v2 scopes='orders.read offline_access' audiences=orders tokens="$chains" |
    cut -f 2 >"$work/forms/oauth_v2_refresh"
}

run_oauth_v2_refresh() {
  measure oauth_v2_refresh hub $connections /oauth/v2/token rotate.lua "$work/forms/oauth_v2_refresh" "" \
    "$(v2_request refresh_token ',"refresh_token":"')" '"}'
}

# --- Login sessions: /authenticate, /session, /password

prepare_authenticate() {
  local i
  for i in $(seq "$users"); do
    printf 'POST\t/authenticate/load-%s\t{"password":"%s"}\n' "$i" "$user_password"
  done >"$work/forms/authenticate"
}

run_authenticate() {
  calls_in_turn authenticate $hash_connections
}

prepare_authenticate_hash() {
  local i hash
  hash=$(printf %s "$user_password" | sha256sum | cut -d ' ' -f 1)
  for i in $(seq "$users"); do
    printf 'POST\t/authenticate/load-%s\t{"passwordHash":"%s"}\n' "$i" "$hash"
  done >"$work/forms/authenticate_hash"
}

run_authenticate_hash() {
  calls_in_turn authenticate_hash $hash_connections
}

make_directory_users() {
  [ -z "${directory_made:-}" ] || return 0
  make_rows users.sql name=directory users="$directory_users" organization=load
  directory_made=yes
}

prepare_session_end() {
  make_directory_users
  make_rows sessions.sql name=ended sessions="$(used_up 4000)" users_like='directory-%' |
    awk -F '\t' '{ print "DELETE\t/session/" $1 ";lsid=" $1 "\t" }' >"$work/forms/session_end"
}

run_session_end() {
  calls_once session_end $connections
}

# By an API key, as an integrated system does it.
prepare_session_end_all() {
  local number
  number=$(used_up 3000)
  make_rows users.sql name=logout users="$number" organization=load
  make_rows sessions.sql name=logout sessions="$number" users_like='logout-%' |
    awk -F '\t' -v key="X-API-Key: $client_secret" '{ print "DELETE\t/session/user/" $2 "\t\t" key }' >"$work/forms/session_end_all"
}

run_session_end_all() {
  calls_once session_end_all $connections
}

# 300 clones of a user in ten minutes are answered, so they go by turns over all users.
prepare_session_clone() {
  make_directory_users
  make_rows sessions.sql name=cloned sessions="$directory_users" users_like='directory-%' |
    awk -F '\t' '{ print "POST\t/session/" $1 "/clone;lsid=" $1 "\t" }' >"$work/forms/session_clone"
}

run_session_clone() {
  calls_in_turn session_clone $connections
}

# Users who may act as those of the directory.
make_desk_sessions() { # NAME
  if [ -z "${desk_made:-}" ]; then
    make_directory_users
    make_rows users.sql name=desk users="$session_users" organization=load
    sql hub -c "INSERT INTO memberships (user_id, organization_id, role_id)
      SELECT u.id, 'load', r.id FROM users u, roles r WHERE u.user_name LIKE 'desk-%' AND r.name = 'load-desk'"
    desk_made=yes
  fi
  make_rows sessions.sql name="$1" sessions="$session_users" users_like='desk-%'
}

prepare_session_act_user() {
  make_desk_sessions act-user >"$work/sessions" # not in a pipe: what it has made stays known
  sql hub -c "SELECT id FROM users WHERE user_name LIKE 'directory-%' LIMIT $session_users" | paste "$work/sessions" - |
    awk -F '\t' '{ print "PUT\t/session/" $1 "/setEffectiveUser;lsid=" $1 "\t{\"userId\":\"" $3 "\"}" }' >"$work/forms/session_act_user"
}

run_session_act_user() {
  calls_in_turn session_act_user $connections
}

prepare_session_act_org() {
  make_desk_sessions act-org >"$work/sessions"
  awk -F '\t' '{ print "PUT\t/session/" $1 "/setEffectiveOrg;lsid=" $1 "\t{\"orgId\":\"load-branch\"}" }' "$work/sessions" \
    >"$work/forms/session_act_org"
}

run_session_act_org() {
  calls_in_turn session_act_org $connections
}

prepare_session_reset() {
  make_desk_sessions reset >"$work/sessions"
  awk -F '\t' '{ print "DELETE\t/session/" $1 "/assumedIdentity;lsid=" $1 "\t" }' "$work/sessions" >"$work/forms/session_reset"
}

run_session_reset() {
  calls_in_turn session_reset $connections
}

block_calls() { # METHOD NAME BODY
  make_rows users.sql name="$2" users="$directory_users" organization=load
  seq "$directory_users" | awk -v OFS='\t' -v method="$1" -v name="$2" -v body="$3" -v key="X-API-Key: $client_secret" '{
    print method, "/authenticate/block/" name "-" $1, body, key }'
}

prepare_block_show() {
  block_calls GET shown '' >"$work/forms/block_show"
}

run_block_show() {
  calls_in_turn block_show $connections
}

prepare_block_set() {
  block_calls PUT blocked '{"until":"2099-01-01T00:00:00Z"}' >"$work/forms/block_set"
}

run_block_set() {
  calls_in_turn block_set $connections
}

# A password is changed once for each user, because it must be another one. All have the hash of one that the command line has made.
prepare_password_change() {
  local number
  number=$(used_up 40)
  make_rows users.sql name=changing users="$number" organization=
  sql hub -c "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE user_name = 'load-1')
    WHERE user_name LIKE 'changing-%'"
  make_rows sessions.sql name=changing sessions="$number" users_like='changing-%' | awk -F '\t' -v password="$user_password" '{
    print "PUT\t/password/" $2 ";lsid=" $1 "\t{\"oldPassword\":\"" password "\",\"newPassword\":\"" password "-new\"}" }' \
    >"$work/forms/password_change"
}

run_password_change() {
  calls_once password_change $hash_connections
}

# Whether the user is there is not looked at before the answer.
prepare_reset_mail() {
  seq "$(used_up 6000)" | awk '{
    printf "POST\t/password/reset/%08x-0000-4000-8000-000000000000\t{\"email\":\"nobody@load.example\"}\n", $1 }' \
    >"$work/forms/reset_mail"
}

run_reset_mail() {
  calls_once reset_mail $connections
}
