#!/usr/bin/env bash
# Makes what compose.yaml needs and no repository may hold: passwords (.env), the key file, a small certificate authority with the
# certificates of nginx and of the mail catcher, and a copy of the example configuration. Runs once; what is there stays.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
umask 077
mkdir -p state/config state/tls state/nginx

random() { openssl rand -base64 32 | tr -d '\n'; }
word() { openssl rand -hex 16; }

if [ ! -f .env ]; then
  # The containers run as the owner of these files, and never as root.
  if [ "$(id -u)" = 0 ]; then user=1654:1654; else user=$(id -u):$(id -g); fi
  cat >.env <<END
HUB_USER=$user
DB_ADMIN_PASSWORD=$(word)
HUB_OWNER_PASSWORD=$(word)
HUB_APP_PASSWORD=$(word)
GRAFANA_PASSWORD=$(word)
BILLING_SECRET=$(random)
SHOP_SECRET=$(random)
ORDERS_API_SECRET=$(random)
DIALER_API_KEY=$(random)
END
fi
[ -f state/hub.key ] || random >state/hub.key
[ -n "$(ls state/config)" ] || cp ../../config.production.example/*.yaml state/config/

if [ ! -f state/tls/ca.crt ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=IdentityHub example authority" \
    -keyout state/tls/ca.key -out state/tls/ca.crt 2>/dev/null
  for name in localhost mail; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "state/tls/$name.key" \
      -out "state/tls/$name.csr" 2>/dev/null
    openssl x509 -req -in "state/tls/$name.csr" -CA state/tls/ca.crt -CAkey state/tls/ca.key -CAcreateserial -days 90 \
      -extfile <(echo "subjectAltName=DNS:$name") -out "state/tls/$name.crt" 2>/dev/null
  done
fi

# The example of deploy/nginx with the names of this network.
sed -e 's|server 127.0.0.1:5000 |server hub1:8080 |' -e 's|server 127.0.0.1:5001 |server hub2:8080 |' \
  -e 's|id\.example\.com|localhost|' -e 's|/etc/ssl/identityhub/tls|/etc/nginx/tls/localhost|' ../nginx/identityhub.conf \
  >state/nginx/identityhub.conf

if [ "$(id -u)" = 0 ]; then chown -R 1654:1654 state/hub.key state/config state/tls/ca.crt; fi
chmod 644 state/tls/*.crt state/nginx/identityhub.conf state/tls/mail.key
chmod 711 state state/tls state/nginx
echo "Ready: docker compose -f deploy/compose/compose.yaml up --build"
echo "Then: https://localhost:8443. Its authority: deploy/compose/state/tls/ca.crt"
