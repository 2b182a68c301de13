import { describe, expect, it } from "vitest";
import { Problem } from "@/api/http";
import { fieldErrors } from "./problem";

function form() {
  const seen: Record<string, string>[] = [];
  return {
    seen,
    getValues: () => ({ identity: "", site_id: "" }),
    setErrors: (errors: Record<string, string>) => void seen.push(errors),
  };
}

describe("fieldErrors", () => {
  it("puts a problem onto the field it concerns", () => {
    const target = form();
    const problem = new Problem(422, "Invalid", undefined, [{ field: "/identity", message: "taken" }]);
    expect(fieldErrors(problem, target)).toEqual({ onFields: true });
    expect(target.seen).toEqual([{ identity: "taken" }]);
  });
  it("says when something concerns no field of the form", () => {
    const problem = new Problem(422, "Invalid", "no", [{ field: "/elsewhere", message: "no" }]);
    expect(fieldErrors(problem, form())).toEqual({ onFields: false });
    expect(fieldErrors(new Error("x"), form())).toEqual({ onFields: false });
  });
});
