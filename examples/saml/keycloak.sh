#!/usr/bin/env bash
# A customer logs in by SAML as with Keycloak, whose mappers send the attributes that Just-in-Time provisioning asks for.
set -euo pipefail
cd "$(mktemp -d)"
fauxforce serve --port 0 --ready-file ready.json > /dev/null &
trap 'kill $!' EXIT
until [ -f ready.json ]; do sleep 0.05; done
eval "$(fauxforce env --url "$(sed -n 's/^  "url": "\(.*\)",/\1/p' ready.json)")"
soql() { curl -sS -G "$SF_INSTANCE_URL/services/data/v60.0/query" -H "Authorization: Bearer $SF_ACCESS_TOKEN" --data-urlencode "q=$1"; }

owner=$(soql "SELECT Id FROM User WHERE Username = 'channel.manager@fauxforce.test'" | sed 's/.*"Id":"\([^"]*\)".*/\1/')
fauxforce saml response --ready-file ready.json --to customers --name-id G-0042 --sign both --post \
  --attribute User.FederationIdentifier=G-0042 --attribute User.Username=grace@acme.test \
  --attribute User.Email=grace@acme.test --attribute User.LastName=Hopper \
  --attribute "User.ProfileId=Acme Customer Community User" --attribute Contact.LastName=Hopper \
  --attribute Contact.Email=grace@acme.test --attribute Account.Name=Hopper --attribute Account.AccountNumber=H-1 \
  --attribute "Account.Owner=$owner" | grep frontdoor.jsp
soql "SELECT Username, Account.Name FROM User WHERE FederationIdentifier = 'G-0042'" | grep grace@acme.test
