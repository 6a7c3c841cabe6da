"""What a test can do with its org."""

import json
import os
import subprocess

import fauxforce
import pytest

JIT = {
    "User.FederationIdentifier": "grace",
    "User.Username": "grace@acme.test",
    "User.Email": "grace@acme.test",
    "User.LastName": "Hopper",
    "User.ProfileId": "Acme Customer Community User",
    "Contact.LastName": "Hopper",
    "Contact.Email": "grace@acme.test",
    "Account.Name": "Hopper",
    "Account.AccountNumber": "H-1",
}


def customer(org):
    owner = org.query("SELECT Id FROM User WHERE Username = 'channel.manager@fauxforce.test'")[0]["Id"]
    return {**JIT, "Account.Owner": owner}


def test_the_facts_are_those_of_a_world(org, fauxforce_server):
    assert org.url != fauxforce_server.url and org.name != "main"
    assert org.username == "admin@fauxforce.test" and org.password == "fauxforce1"
    assert org.env["SF_ACCESS_TOKEN"] == org.access_token
    assert os.path.isfile(org.env["REQUESTS_CA_BUNDLE"])


def test_the_command_prints_the_same_environment(org):
    told = subprocess.run(
        [fauxforce.binary(), "env", "--url", org.url, "--format", "json"], capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout) == org.env


def test_a_login_with_just_in_time_provisioning(org):
    response = org.saml_response("grace", customer(org), to="customers")
    assert response.xml.startswith("<")
    assert response.post().ok
    assert org.query("SELECT Contact.Email FROM User WHERE FederationIdentifier = 'grace'")[0]["Contact"]["Email"]


def test_a_broken_signature_is_refused(org):
    assert not org.saml_response("grace", customer(org), to="customers", broken="signature").post().ok
    with pytest.raises(ValueError, match="no single sign-on 'nowhere'"):
        org.saml_response("grace", to="nowhere")


def test_the_world_is_put_back(org):
    count = len(org.query("SELECT Id FROM Account"))
    org.create("Account", Name="First")
    kept = org.checkpoint("one account")
    org.create("Account", Name="Second")
    kept.restore()
    assert len(org.query("SELECT Id FROM Account")) == count + 1
    with org.fork() as other:
        other.create("Account", Name="Third")
        assert len(org.query("SELECT Id FROM Account")) == count + 1
    org.reset()
    assert len(org.query("SELECT Id FROM Account")) == count


@pytest.mark.fauxforce(clock="2026-03-01")
def test_the_clock_is_the_tests(org):
    assert org.clock.now.startswith("2026-03-01T00:00:0")
    assert org.query("SELECT Id FROM Account")
    assert org.clock.advance("36h").startswith("2026-03-02T12:00:0")
    assert org.clock.set("2027-01-01T00:00:00Z") == "2027-01-01T00:00:00Z"


def test_mails_are_kept(org):
    admin = org.query("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'")[0]["Id"]
    assert org.request("PATCH", f"sobjects/User/{admin}", {"Email": "new@fauxforce.test"}).status == 204
    assert [mail["kind"] for mail in org.mails.to("new@fauxforce.test")] == ["email_change"]
    org.mails.clear()
    assert len(org.mails) == 0


def test_faults_are_planted(org):
    org.faults.add("UNABLE_TO_LOCK_ROW", object="Account")
    assert len(org.faults) == 1
    with pytest.raises(RuntimeError, match="UNABLE_TO_LOCK_ROW"):
        org.create("Account", Name="Locked")
    org.create("Account", Name="Free")
    with pytest.raises(fauxforce.ControlError) as refused:
        org.faults.add("NO_SUCH_FAULT")
    assert refused.value.status == 400


def test_requests_are_kept(org):
    with pytest.raises(RuntimeError, match="REQUIRED_FIELD_MISSING"):
        org.create("Contact", Email="grace@acme.test")
    refused = org.requests(status=400, limit=1)[0]
    assert refused["path"].endswith("/sobjects/Contact") and refused["errors"][0]["code"] == "REQUIRED_FIELD_MISSING"
    assert "grace@acme.test" in org.requests.one(refused["id"])["request"]["body"]
    assert org.requests[0]["id"] == refused["id"] and len(org.requests) > 0
    org.requests.clear()
    assert list(org.requests) == []


def test_the_outcome_is_a_text_that_others_compare(org):
    assert org.outcome() == ""
    kept = org.checkpoint("before")
    org.saml_response("grace", customer(org), to="customers").post()
    outcome = org.outcome()
    assert isinstance(outcome, str) and "+ User grace@acme.test" in outcome and "+ Account Hopper" in outcome
    assert org.outcome(since="before") == outcome
    assert "User grace" not in org.outcome(objects=["Account"])
    kept.restore()
    assert org.outcome() == ""


def test_waiting(org):
    import threading

    with pytest.raises(fauxforce.ControlError) as late:
        org.wait("SELECT Id FROM Account WHERE Name = 'Late'", timeout="50ms")
    assert late.value.status == 408
    threading.Thread(target=lambda: org.create("Account", Name="Late")).start()
    assert len(org.wait("SELECT Id FROM Account WHERE Name = 'Late'")) == 1
    admin = org.query("SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'")[0]["Id"]
    org.request("DELETE", f"sobjects/User/{admin}/password")
    assert org.wait(mail="norole.owner@fauxforce.test")["kind"] == "password_reset"
    org.wait(idle="1ms")


def test_a_failed_test_shows_what_was_refused(pytester):
    pytester.makepyfile("def test_it(org): org.create('Contact', Email='grace@acme.test')")
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*fauxforce: the last refused requests of w1*", "POST */sobjects/Contact -> 400", "    REQUIRED_FIELD_MISSING: *"]
    )


def test_the_marker_takes_what_it_knows(pytester):
    pytester.makepyfile("import pytest\n@pytest.mark.fauxforce(time='now')\ndef test_it(org): pass")
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*takes seed= and clock=, not*time*"])


def test_the_seed_is_an_option(pytester):
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nfauxforce_seed = 'entra'\nfauxforce_arguments = '--strict'")
    pytester.makepyfile("def test_it(org): assert org.client_id == 'microsoft-entra-id-client-id'")
    pytester.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.fauxforce(seed="okta")
def test_a_preset_is_a_seed(org):
    assert org.query("SELECT Name FROM ConnectedApplication WHERE Name = 'Okta'")


def test_a_seed_that_is_none_is_said(tmp_path):
    with pytest.raises(fauxforce.StartError, match="neither a seed's folder nor a preset"):
        fauxforce.Server.start("octa")
    with pytest.raises(fauxforce.StartError, match="nowhere"):
        fauxforce.Server.start(tmp_path / "nowhere")


def test_a_world_of_its_own_seed(fauxforce_server):
    user = {
        "Username": "ada@acme.test", "LastName": "Admin", "Email": "ada@acme.test", "Alias": "ada",
        "TimeZoneSidKey": "Europe/London", "LocaleSidKey": "en_GB", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US", "Profile": {"Name": "System Administrator"},
    }
    with fauxforce_server.world({"orgName": "Acme", "admin": "ada@acme.test"}, {"User": [user]}) as org:
        assert org.username == "ada@acme.test"


def test_simple_salesforce_is_connected(org):
    pytest.importorskip("simple_salesforce")
    salesforce = org.simple_salesforce()
    assert salesforce.query("SELECT COUNT() FROM Account")["totalSize"] > 0
