#!/bin/sh
# The published tailcall binary needs glibc >= 2.39; Debian 12 has 2.36. This unpacks Debian 13's libc6 and libgcc-s1
# into .cache/glibc next to this file (nothing is installed; the machine's own package source is used, through apt).
set -e
cd "$(dirname "$0")"
[ -e .cache/glibc/complete ] && exit 0
mkdir -p .cache/apt/sources .cache/apt/lists/partial .cache/apt/cache/archives/partial .cache/glibc
B="$PWD/.cache/apt"
uri=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
[ -n "$uri" ] || uri=$(awk '/^deb /{for(i=2;i<=NF;i++) if ($i ~ /:\/\//){print $i; exit}}' /etc/apt/sources.list)
printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' "$uri" > "$B/sources/trixie.sources"
O="-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=$B/sources -o Dir::State::lists=$B/lists -o Dir::Cache=$B/cache -o APT::Sandbox::User=root"
(cd "$B/cache" && apt-get $O -qq update && apt-get $O -qq download libc6 libgcc-s1 && for d in libc6_*.deb libgcc-s1_*.deb; do dpkg-deb -x "$d" ../../glibc; done)
rm -rf "$B"
touch .cache/glibc/complete
