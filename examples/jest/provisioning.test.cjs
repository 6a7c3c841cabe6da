// npm install --save-dev fauxforce jest, and this is all.
const { useOrg } = require("fauxforce/jest");

const org = useOrg();

test("a contact needs a name", async () => {
  await expect(org().create("Contact", { Email: "grace@acme.test" })).rejects.toThrow("REQUIRED_FIELD_MISSING");
});

test("a password mail goes out", async () => {
  const [user] = await org().query("SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'");
  await org().request("DELETE", `sobjects/User/${user.Id}/password`);
  expect(await org().mails.list("norole.owner@fauxforce.test")).toMatchObject([{ kind: "password_reset" }]);
});
