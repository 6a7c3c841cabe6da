"""Takes an unmodified scim2-client, which believes only what the RFCs allow, through the life of a user.

Usage: scim_client.py READY_FILE BASE_URL
Prints one JSON line a step: what it gave, or which exception it raised.
"""

import json
import sys
import warnings

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import PatchOp, PatchOperation, SearchRequest

warnings.simplefilter("ignore", DeprecationWarning)
with open(sys.argv[1], encoding="utf-8") as ready_file:
    READY = json.load(ready_file)


def step(name, action):
    """Runs a step, prints its outcome, and gives its result."""
    try:
        result = action()
    except Exception as error:
        print(json.dumps({"step": name, "raises": type(error).__name__, "told": str(error)}), flush=True)
        return None
    shown = result.model_dump() if hasattr(result, "model_dump") else result
    print(json.dumps({"step": name, "gives": shown}, default=str), flush=True)
    return result


def main():
    headers = {"Authorization": f"Bearer {READY['accessToken']}"}
    http = httpx2.Client(base_url=f"{sys.argv[2]}/services/scim/v2", headers=headers)
    client = SyncSCIMClient(http)
    step("discover", lambda: client.discover())
    user_model, entitlement = client.get_resource_model("User"), client.get_resource_model("Entitlement")

    named = SearchRequest(filter='displayName eq "Standard User"')
    profile = client.query(entitlement, query_parameters=named).resources[0].id

    def user(family):
        return user_model(
            user_name="jo@example.com",
            name={"familyName": family},
            emails=[{"value": "jo@example.com"}],
            entitlements=[{"value": profile}],
        )

    made = step("create", lambda: client.create(user("Doe")))
    step("create again", lambda: client.create(user("Doe"), raise_scim_errors=False))
    search = SearchRequest(filter='userName eq "jo@example.com"', attributes=["userName", "active"])
    step("search", lambda: client.query(user_model, query_parameters=search))
    changed = made.model_copy(update={"title": "Dr"})
    step("replace", lambda: client.replace(changed).title)
    operation = PatchOperation(op="replace", path="active", value=False)
    step("modify", lambda: client.modify(user_model, made.id, PatchOp[user_model](operations=[operation])).active)
    step("delete", lambda: client.delete(user_model, made.id, raise_scim_errors=False))
    operation = PatchOperation(op="replace", path="active", value=True)
    step("modify back", lambda: client.modify(user_model, made.id, PatchOp[user_model](operations=[operation])).active)
    step("delete again", lambda: client.delete(user_model, made.id))
    for kind in ("User", "Group", "Entitlement", "Role"):
        model = client.get_resource_model(kind)
        step(f"all of {kind}", lambda: len(client.query(model).resources or []))


main()
