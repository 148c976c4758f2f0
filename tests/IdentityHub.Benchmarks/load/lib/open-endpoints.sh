# Scenarios of the open endpoints: /api/v1/load/open, with JWTs that the tenant has signed. dialects.sh lists them. 120 calls a minute of
# one user are answered, so they go by turns over thousands.

open=/api/v1/load/open

tenant_rows() { # NAME NUMBER STORED
  make_rows tenant-users.sql name="$1" users="$2" key="$tenant_key" stored="$3"
}

make_tenant_users() {
  [ -f "$work/tenant-users" ] || tenant_rows known "$tenant_users" yes >"$work/tenant-users"
}

# Beside those who are there: PostgreSQL would keep the plan that it has made for an empty table.
prepare_open_create() {
  make_tenant_users
  tenant_rows created "$(used_up 2500)" no |
    awk -F '\t' -v open=$open '{ print "POST\t" open "/account/acc/user/" $1 "\t\tAuthorization: Bearer " $3 }' >"$work/forms/open_create"
}

run_open_create() {
  calls_once open_create $connections
}

prepare_open_upsert() {
  make_tenant_users
  awk -F '\t' -v open=$open '{ print "PUT\t" open "/account/acc/user/" $1 "\t\tAuthorization: Bearer " $3 }' "$work/tenant-users" \
    >"$work/forms/open_upsert"
}

run_open_upsert() {
  calls_in_turn open_upsert $connections
}

prepare_open_lookup() {
  make_tenant_users
  awk -F '\t' -v open=$open '{ print "GET\t" open "/account/acc/user/" $1 "\t\tAuthorization: Bearer " $2 }' "$work/tenant-users" \
    >"$work/forms/open_lookup"
}

run_open_lookup() {
  calls_in_turn open_lookup $connections
}

# The same look-up by the back end of the tenant.
prepare_open_lookup_key() {
  make_tenant_users
  awk -F '\t' -v open=$open -v key="Authorization: Basic $(printf ':%s' "$tenant_key" | base64 -w 0)" '{
    print "GET\t" open "/account/acc/user/" $1 "\t\t" key }' "$work/tenant-users" >"$work/forms/open_lookup_key"
}

run_open_lookup_key() {
  calls_in_turn open_lookup_key $connections
}

prepare_open_code() {
  make_tenant_users
  seq -f "GET	$open/code/KNOWN%.0f	" "$tenant_users" >"$work/forms/open_code"
}

run_open_code() {
  calls_in_turn open_code $connections
}

prepare_open_user() {
  make_tenant_users
  seq -f "GET	$open/user?referralCode=KNOWN%.0f	" "$tenant_users" >"$work/forms/open_user"
}

run_open_user() {
  calls_in_turn open_user $connections
}

# Each user is referred once, by one of a hundred others.
prepare_open_apply() {
  make_tenant_users
  tenant_rows referred "$(used_up 2000)" yes | awk -F '\t' -v open=$open '{
    print "POST\t" open "/code/KNOWN" NR % 100 + 1 "/account/acc/user/" $1 "\t\tAuthorization: Bearer " $3 }' >"$work/forms/open_apply"
}

run_open_apply() {
  calls_once open_apply $connections
}

# Ten a user.
prepare_open_referrals() {
  local referrers=2000
  tenant_rows referrer $((referrers * 11)) yes |
    awk -F '\t' -v open=$open -v referrers=$referrers 'NR <= referrers {
      print "GET\t" open "/referrals?limit=10\t\tAuthorization: Bearer " $2 }' \
      >"$work/forms/open_referrals"
  make_rows referrals.sql name=referrer referrers=$referrers
}

run_open_referrals() {
  calls_in_turn open_referrals $connections
}

# The token of the tenant for one of the hub: a login.
prepare_open_exchange() {
  make_tenant_users
  awk -F '\t' -v authorization="Authorization: $(basic load-referrals)" '{
    print "POST\t/connect/token\tgrant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" $2 "\t" authorization }' \
    "$work/tenant-users" >"$work/forms/open_exchange"
}

run_open_exchange() {
  calls_in_turn open_exchange $connections
}
