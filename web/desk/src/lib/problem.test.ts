import { describe, expect, it } from "vitest";

import { explain, explainRest, fieldError, Problem } from "./problem";

const refused = new Problem({ title: "Bad Request", status: 400, code: "invalid_input", detail: "Some values cannot be read.", errors: [{ field: "body.name", message: "too long" }, { field: "languages", message: "missing" }] });

describe("explainRest", () => {
  it("says nothing twice", () => {
    expect(fieldError(refused, "name")).toBe("too long");
    expect(explainRest(refused, ["name", "languages"])).toBeNull();
    expect(explainRest(null, [])).toBeNull();
  });

  it("says what no field of the form can say", () => {
    expect(explainRest(refused, ["name"])).toBe("Some values cannot be read. languages: missing");
    expect(explainRest(refused, [])).toContain("body.name: too long");
  });

  it("says what is about no field at all", () => {
    const other = new Problem({ title: "Conflict", status: 409, code: "taken", detail: "There is one already." });
    expect(explainRest(other, ["name"])).toBe("There is one already.");
    expect(explainRest(new TypeError("x"), ["name"])).toBe(explain(new TypeError("x")));
  });
});
