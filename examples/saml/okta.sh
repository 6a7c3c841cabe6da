#!/usr/bin/env bash
# An employee logs in by SAML as with Okta: the subject is the Federation ID of a user who is there.
set -euo pipefail
cd "$(mktemp -d)"
fauxforce seed init org --preset okta > /dev/null
fauxforce serve --seed org --port 0 --ready-file ready.json > /dev/null &
trap 'kill $!' EXIT
until [ -f ready.json ]; do sleep 0.05; done
eval "$(fauxforce env --url "$(sed -n 's/^  "url": "\(.*\)",/\1/p' ready.json)")"
sf() { curl -sS --fail-with-body -H "Authorization: Bearer $SF_ACCESS_TOKEN" -H 'Content-Type: application/json' "$@"; }
data=$SF_INSTANCE_URL/services/data/v60.0

# The product provisions the user …
user=$(sf -G "$data/query" --data-urlencode "q=SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'" \
  | sed 's/.*"Id":"\([^"]*\)".*/\1/')
sf -X PATCH "$data/sobjects/User/$user" -d '{"FederationIdentifier": "nora@acme.test"}'
# … who then logs in, and is sent on into the org.
fauxforce saml response --ready-file ready.json --to internal --name-id nora@acme.test --post | grep frontdoor.jsp
# A Response that somebody has changed opens nothing.
! fauxforce saml response --ready-file ready.json --to internal --name-id nora@acme.test --break signature --post | grep frontdoor.jsp
