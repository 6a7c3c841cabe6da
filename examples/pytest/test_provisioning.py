"""pip install fauxforce pytest, and this is all."""


def sync(org):
    """Stands for the program that is tested: it knows a URL and a token."""
    profile = org.query("SELECT Id FROM Profile WHERE Name = 'Standard User'")[0]["Id"]
    return org.create(
        "User", Username="grace@acme.test", Email="grace@acme.test", LastName="Hopper", Alias="grace", ProfileId=profile,
        TimeZoneSidKey="Europe/London", LocaleSidKey="en_GB", EmailEncodingKey="UTF-8", LanguageLocaleKey="en_US",
    )


def test_a_new_employee(org):
    user = sync(org)
    assert org.query(f"SELECT Profile.Name FROM User WHERE Id = '{user}'")[0]["Profile"]["Name"] == "Standard User"


def test_the_same_employee_in_a_world_of_its_own(org):
    sync(org)
    assert "+ User grace@acme.test" in org.outcome()


def test_salesforce_is_busy(org):
    org.faults.add("UNABLE_TO_LOCK_ROW", object="User")
    try:
        sync(org)
    except RuntimeError as refused:
        assert "UNABLE_TO_LOCK_ROW" in str(refused)
    sync(org)
