import { expect, it } from "vitest";
import { nameOf } from "./download";

it("takes the name that the server proposes, in any script", () => {
  expect(nameOf('attachment; filename="sessions.csv"')).toBe("sessions.csv");
  expect(nameOf("attachment; filename=\"x.csv\"; filename*=UTF-8''l%C3%B8b.csv")).toBe("løb.csv");
  expect(nameOf(null)).toBeUndefined();
});
