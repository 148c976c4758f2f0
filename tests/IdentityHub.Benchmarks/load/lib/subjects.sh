# What is measured: the hub, the limit app, the peer. Each start_NAME sets url[NAME] and pid[NAME] and appends its
# start-up times (ms from exec to the first 200) to $starts.

# With --published DIR a program that is there is taken as it is, and one that is published is left there for the next run.
publish() { # NAME PROJECT
  if [ -n "${published:-}" ] && [ -d "$published/$1" ]; then
    cp -r "$published/$1" "$work/$1"
    return
  fi
  echo "publishing $1" >&2
  # For the platform of this machine, as it would be for a real one: compiled ahead of time.
  local platform
  platform=$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)
  case $platform in linux-*) ;; *) platform=linux-x64 ;; esac
  if ! dotnet publish "$2" -c Release -r "$platform" --no-self-contained -o "$work/$1" \
    --artifacts-path "$artifacts" -v q --nologo >"$work/publish.log" 2>&1; then
    cat "$work/publish.log" >&2
    exit 1
  fi
  if [ -n "${published:-}" ]; then
    mkdir -p "$published"
    cp -r "$work/$1" "$published/$1"
  fi
}

# Starts a subject once a round, so that start-up has a median too, and leaves the last one running.
start_subject() { # NAME PATH-THAT-ANSWERS-200 COMMAND…
  local name=$1 ready=$2 times began
  shift 2
  for times in $(seq "$rounds"); do
    began=$(now_ms)
    start_server "$name" "$@"
    await_200 "$name" "$server_pid" "${url[$name]}$ready"
    echo "$name	$(($(now_ms) - began))" >>"$starts"
    if [ "$times" -lt "$rounds" ]; then stop_server "$server_pid"; fi
  done
  pid[$name]=$server_pid
}

start_limit() {
  publish limit "$here/LimitApp"
  sql postgres -c 'CREATE DATABASE limits'
  sql limits <"$here/LimitApp/limit.sql"
  url[limit]=http://127.0.0.1:$(free_port)
  start_subject limit /get env "${gc_setting[@]}" ASPNETCORE_URLS="${url[limit]}" \
    ConnectionStrings__Limit="$(connection_string limits);Max Auto Prepare=10;Auto Prepare Min Usages=1;No Reset On Close=true" \
    dotnet "$work/limit/LimitApp.dll"
}

start_peer() {
  echo "installing the peer" >&2
  mkdir "$work/peer"
  cp "$here"/peer/* "$work/peer"
  (cd "$work/peer" && npm ci --no-audit --no-fund --loglevel=error >&2)
  local port
  port=$(free_port)
  url[peer]=http://127.0.0.1:$port
  start_subject peer /.well-known/openid-configuration env NODE_ENV=production node "$work/peer/peer.mjs" "$port" load-jwt "$client_secret"
}

start_openiddict() {
  publish openiddict "$here/OpenIddictPeer"
  sql postgres -c 'CREATE DATABASE openiddict'
  url[openiddict]=http://127.0.0.1:$(free_port)
  start_subject openiddict / env "${gc_setting[@]}" ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_URLS="${url[openiddict]}" \
    ConnectionStrings__Peer="$(connection_string openiddict)" Secret="$client_secret" dotnet "$work/openiddict/OpenIddictPeer.dll"
}

start_hub() {
  publish hub "$checkout/src/IdentityHub.Server"
  publish cli "$checkout/src/IdentityHub.Cli"
  url[hub]=http://127.0.0.1:$(free_port)
  set_up_hub
  start_subject hub /.well-known/openid-configuration env "${gc_setting[@]}" "${hub_settings[@]}" dotnet "$work/hub/IdentityHub.Server.dll"
}

# Database, configuration and users of the hub; sets hub_settings.
set_up_hub() {
  sql postgres -c 'CREATE DATABASE hub'
  head -c 32 /dev/urandom | base64 >"$work/hub.key"
  write_config
  hub_settings=(
    ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_URLS="${url[hub]:-}" ConnectionStrings__IdentityHub="$(connection_string hub)"
    IdentityHub__Issuer=https://load.example IdentityHub__Stage=production IdentityHub__ConfigDirectory="$work/config"
    # TLS ends before the hub: the scenario session says so in its requests.
    IdentityHub__TrustedProxies=127.0.0.1 IdentityHub__Limits__CallsPerMinute=100000000
    IdentityHub__KeyProtection__KeyFile="$work/hub.key")
  if is_selected otp_send oauth_v2_otp reset_mail; then start_mail; fi
  if is_selected "${older_apis[@]}" "${further_calls[@]}"; then
    # Requests without a credential count for their address, which all of them share here.
    hub_settings+=(LOAD_TENANT_KEY="$tenant_key" IdentityHub__Limits__TrustedNetworks=127.0.0.1=10000)
    cp "$here/dialects/config.yaml" "$work/config/dialects.yaml"
    administration_config >"$work/config/administration.yaml"
  fi
  hub db migrate
  hub config apply
  local i
  for i in $(seq "$users"); do hub users create "load-$i" --password-stdin <<<"$user_password"; done
  if [ "$seeded" = yes ]; then seed_hub; fi
}

start_mail() {
  local port
  port=$(free_port)
  echo answers >"$work/mail-mode"
  start_server mail node "$here/mail/mail.mjs" "$port" "$work/mail-mode" "$work/mail-codes"
  hub_settings+=(
    IdentityHub__Email__Smtp__Host=127.0.0.1 IdentityHub__Email__Smtp__Port="$port" IdentityHub__Email__Smtp__Security=none
    IdentityHub__Email__Smtp__From=hub@load.example
    IdentityHub__Otp__SendsPerClientAndHour=100000000 IdentityHub__Otp__SendsPerIpAndHour=100000000)
}

hub() {
  # One file since it is published for one platform; an older checkout has a library.
  local program=("$work/cli/hub")
  if [ -f "$work/cli/hub.dll" ]; then program=(dotnet "$work/cli/hub.dll"); fi
  if ! env "${hub_settings[@]}" "${program[@]}" "$@" >"$work/hub.log" 2>&1; then
    echo "hub $* failed:" >&2
    cat "$work/hub.log" >&2
    exit 1
  fi
}

write_config() {
  mkdir "$work/config"
  cp "$here"/config/*.yaml "$work/config"
  if [ "$seeded" = yes ]; then "$here/seed-clients.sh" 10000 >"$work/config/seeded.yaml"; fi
}

seed_hub() {
  echo "seeding 1,000,000 users and 5,000,000 refresh tokens" >&2
  sql hub -v users=1000000 -v tokens_per_user=5 -f "$here/seed.sql"
}
