#!/bin/sh
# Puts PORT and BACKEND_URL into the configuration and starts the tailcall binary (with a newer libc where needed).
set -e
cd "$(dirname "$0")"
bin=../node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall
chmod +x "$bin"
mkdir -p ".cache/$PORT"
sed -e "s/port: 8000/port: ${PORT}/" -e "s#http://127.0.0.1:4100#${BACKEND_URL}#g" "${CONFIG:-gateway.graphql}" > ".cache/$PORT/gateway.graphql"
cp tailcall.js ".cache/$PORT/tailcall.js"
export TC_TRACKER=false TAILCALL_LOG_LEVEL="${TAILCALL_LOG_LEVEL:-error}"
if "$bin" --version >/dev/null 2>&1; then exec "$bin" start ".cache/$PORT/gateway.graphql"; fi
lib=.cache/glibc/usr/lib/x86_64-linux-gnu
flock .cache/lock sh ./fetch-glibc.sh # several peers start at once
exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$bin" start ".cache/$PORT/gateway.graphql"
