import all from "./jest.cjs";

export const { useOrg } = all;
