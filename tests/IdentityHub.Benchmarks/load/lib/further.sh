# Scenarios of further calls of the standard endpoints, the administration API and SCIM, as those of dialects.sh.

further_calls=(revoke userinfo device_authorization device_poll admin_users scim_users)

# Each may make 300 calls a minute of the administration API, which no setting changes.
administration_clients=400

prepare_revoke() {
  local number
  number=$(used_up 8000)
  make_rows users.sql name=revoked users="$number" organization=
  make_rows tokens.sql name=revoked client=load-app scopes='openid offline_access' audiences= tokens="$number" |
    awk -F '\t' -v authorization="Authorization: $(basic load-app)" '{ print "POST\t/connect/revocation\ttoken=" $2 "\t" authorization }' \
      >"$work/forms/revoke"
}

run_revoke() {
  calls_once revoke $connections
}

prepare_userinfo() {
  make_rows users.sql name=informed users="$session_users" organization=
  make_rows tokens.sql name=informed client=load-app scopes='openid profile email' audiences= tokens="$session_users" |
    awk -F '\t' '{ print "GET\t/connect/userinfo\t\tAuthorization: Bearer " $1 }' >"$work/forms/userinfo"
}

run_userinfo() {
  calls_in_turn userinfo $connections
}

prepare_device_authorization() {
  printf 'POST\t/connect/deviceauthorization\tscope=openid\tAuthorization: %s\n' "$(basic load-device)" >"$work/forms/device_authorization"
}

run_device_authorization() {
  calls_in_turn device_authorization $connections
}

# A device may ask every five seconds, so they go by turns over many; until its user has decided it is refused.
prepare_device_poll() {
  make_rows devices.sql codes=60000 | awk -v authorization="Authorization: $(basic load-device)" '{
    print "POST\t/connect/token\tgrant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=" $1 "\t" authorization }' \
    >"$work/forms/device_poll"
}

run_device_poll() {
  calls_in_turn device_poll $connections 400
}

make_administration_tokens() {
  [ ! -f "$work/administration-tokens" ] || return 0
  make_directory_users
  local i
  for i in $(seq "$administration_clients"); do
    must_answer_200 "${url[hub]}/connect/token" -H "Authorization: $(basic "load-admin-$i")" \
      -d 'grant_type=client_credentials&scope=admin.users.read+scim'
    echo "$(field access_token <"$work/answer")"
  done >"$work/administration-tokens"
}

prepare_admin_users() {
  make_administration_tokens
  awk '{ print "GET\t/admin/api/v1/users?limit=50\t\tAuthorization: Bearer " $1 }' "$work/administration-tokens" >"$work/forms/admin_users"
}

run_admin_users() {
  calls_in_turn admin_users $connections
}

prepare_scim_users() {
  make_administration_tokens
  awk '{ print "GET\t/scim/v2/Users?count=50\t\tAuthorization: Bearer " $1 }' "$work/administration-tokens" >"$work/forms/scim_users"
}

run_scim_users() {
  calls_in_turn scim_users $connections
}

# The clients of the two as a configuration file.
administration_config() {
  echo 'clients:'
  seq "$administration_clients" | awk '{
    printf "  - { client_id: load-admin-%d, grant_types: [client_credentials], scope: admin.users.read scim, scim_organization: load, ", $1
    print "client_secrets: [{ value: \"sha256:t7dfaynM9WlHPgCfSLZGUaJ3VApcAQ1EuJb/7No/8ts=\" }] }" }'
}
