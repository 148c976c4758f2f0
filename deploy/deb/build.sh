#!/usr/bin/env bash
# Makes the package identityhub_VERSION_ARCH.deb from published programs, with dpkg-deb alone.
#   deploy/deb/build.sh [--server FOLDER] [--cli FOLDER] [FOLDER]     FOLDER is artifacts/deb where it is left out
# Without --server and --cli both are published first. HUB_DEB_COMPRESSION: xz (default), zstd, gzip or none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

server="" cli="" folder=artifacts/deb
while [ $# != 0 ]; do
  case $1 in
    --server) server=${2:?a folder}; shift 2 ;;
    --cli) cli=${2:?a folder}; shift 2 ;;
    -*) sed -n '2,4p' "deploy/deb/build.sh" >&2; exit 2 ;;
    *) folder=$1; shift ;;
  esac
done

version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
arch=$(dpkg --print-architecture)
case $arch in amd64) rid=linux-x64 ;; *) rid=linux-$arch ;; esac
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

publish() { # project target
  dotnet publish "src/IdentityHub.$1" -c Release -r "$rid" --no-self-contained -p:PublishSingleFile=false -o "$2" --nologo -v quiet
}
tree=$root/tree
install -d -m 755 "$tree/DEBIAN" "$tree/usr/lib/identityhub" "$tree/usr/bin" "$tree/lib/systemd/system" "$tree/etc/identityhub/config" \
  "$tree/usr/share/doc/identityhub"
if [ -n "$server" ]; then cp -r "$server" "$tree/usr/lib/identityhub/server"; else publish Server "$tree/usr/lib/identityhub/server"; fi
if [ -n "$cli" ]; then cp -r "$cli" "$tree/usr/lib/identityhub/cli"; else publish Cli "$tree/usr/lib/identityhub/cli"; fi
for file in server/IdentityHub.Server.dll cli/hub.dll; do
  [ -f "$tree/usr/lib/identityhub/$file" ] || { echo "There is no $file among the published programs." >&2; exit 1; }
done
rm -f "$tree/usr/lib/identityhub/server/appsettings.Development.json"
find "$tree/usr/lib/identityhub" -name '*.pdb' -delete

install -m 644 deploy/systemd/identityhub.service deploy/systemd/identityhub.socket "$tree/lib/systemd/system/"
install -m 600 deploy/systemd/identityhub.env "$tree/etc/identityhub/identityhub.env"
install -m 640 config.production.example/*.yaml "$tree/etc/identityhub/config/"
install -m 755 deploy/deb/hub "$tree/usr/bin/hub"
install -m 755 deploy/deb/postinst deploy/deb/prerm deploy/deb/postrm "$tree/DEBIAN/"
install -m 644 LICENSE "$tree/usr/share/doc/identityhub/copyright"
find "$tree/usr/lib/identityhub" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
(cd "$tree" && find etc -type f | sed 's|^|/|' | sort) >"$tree/DEBIAN/conffiles"
(cd "$tree" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
cat >"$tree/DEBIAN/control" <<END
Package: identityhub
Version: $version
Architecture: $arch
Maintainer: IdentityHub <identityhub@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Depends: aspnetcore-runtime-10.0, adduser
Suggests: postgresql, nginx
Section: net
Priority: optional
Description: OAuth 2.x and OpenID Connect server
 The server as a hardened systemd service, and the command line 'hub'.
END
chmod 644 "$tree/DEBIAN/control" "$tree/DEBIAN/conffiles" "$tree/DEBIAN/md5sums"

mkdir -p "$folder"
file=$folder/identityhub_${version}_$arch.deb
dpkg-deb --root-owner-group -Z"${HUB_DEB_COMPRESSION:-xz}" --build "$tree" "$file" >/dev/null
echo "$file"
