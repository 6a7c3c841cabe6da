const { useOrg } = require("fauxforce/jest");

const org = useOrg();
let first;

for (const turn of ["first", "second"]) {
  test(`the ${turn} test has a world to itself`, async () => {
    expect(await org().query("SELECT Id FROM Account WHERE Name = 'Mine'")).toEqual([]);
    await org().create("Account", { Name: "Mine" });
    expect(org().name).not.toBe(first);
    first = org().name;
  });
}
