import { expect, it } from "vitest";
import { difference } from "./difference";

it("shows what was and what is", () => {
  expect(difference({ name: "North", sites: ["1", "2"] }, { name: "<b>South</b>", sites: null })).toEqual([
    { name: "name", before: "North", after: "<b>South</b>" },
    { name: "sites", before: "1, 2", after: "—" },
  ]);
  expect(difference(null, { role: "admin" })).toEqual([{ name: "role", before: null, after: "admin" }]);
  expect(difference(null, null)).toEqual([]);
});
