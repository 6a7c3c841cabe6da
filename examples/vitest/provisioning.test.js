// npm install --save-dev fauxforce vitest jsforce, and this is all.
import { test } from "fauxforce/vitest";
import { expect } from "vitest";

test("a customer is made once", async ({ org }) => {
  const salesforce = await org.connection();
  const account = await salesforce.sobject("Account").create({ Name: "Hopper" });
  await salesforce.sobject("Contact").create({ LastName: "Hopper", AccountId: account.id });
  expect(await org.query("SELECT Name, Account.Name FROM Contact")).toMatchObject([
    { Name: "Hopper", Account: { Name: "Hopper" } },
  ]);
});

test("nothing is left of other tests", async ({ org }) => {
  expect(await org.query("SELECT Id FROM Contact")).toEqual([]);
});
