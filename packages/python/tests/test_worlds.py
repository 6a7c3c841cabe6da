"""Forty worlds, in which the same user is made: none sees another's."""

import pytest

PERSON = {
    "Username": "grace@acme.test",
    "LastName": "Hopper",
    "Email": "grace@acme.test",
    "Alias": "grace",
    "TimeZoneSidKey": "Europe/London",
    "LocaleSidKey": "en_GB",
    "EmailEncodingKey": "UTF-8",
    "LanguageLocaleKey": "en_US",
}


@pytest.mark.parametrize("number", range(40))
def test_each_test_has_a_world_to_itself(org, number):
    assert org.query("SELECT Id FROM User WHERE Username = 'grace@acme.test'") == []
    profile = org.query("SELECT Id FROM Profile WHERE Name = 'Standard User'")[0]["Id"]
    user = org.create("User", ProfileId=profile, **PERSON)
    assert org.query(f"SELECT Username FROM User WHERE Id = '{user}'")[0]["Username"] == "grace@acme.test"
