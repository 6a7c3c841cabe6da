#!/usr/bin/env bash
# bash and curl: a server, a world of its own, an account.
set -euo pipefail
cd "$(mktemp -d)"
fauxforce serve --port 0 --deterministic --ready-file ready.json > /dev/null &
trap 'kill $!' EXIT
until [ -f ready.json ]; do sleep 0.05; done
URL=$(sed -n 's/^  "url": "\(.*\)",/\1/p' ready.json)

fauxforce world fork mine --url "$URL" > /dev/null
eval "$(fauxforce env --url "$URL" --world mine)"
sf() { curl -sS --fail-with-body -H "Authorization: Bearer $SF_ACCESS_TOKEN" -H 'Content-Type: application/json' "$@"; }

sf "$SF_INSTANCE_URL/services/data/v60.0/sobjects/Account" -d '{"Name": "Hopper"}'
# HTTPS is at the same port, and curl trusts it by $CURL_CA_BUNDLE.
sf -G "$SF_HTTPS_URL/services/data/v60.0/query" --data-urlencode "q=SELECT Name FROM Account WHERE Name = 'Hopper'" | grep Hopper
