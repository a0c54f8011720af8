import { beforeAll, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { explain, fieldError, Problem } from "@/lib/problem";

import { nameBrowser } from "./profile/Sessions";

beforeAll(() => setLocale("en"));

describe("problems", () => {
  const problem = (status: number, part: object = {}) => new Problem({ title: "T", status, code: "c", detail: "the detail", ...part });

  it("are told with what to do", () => {
    expect(explain(problem(0, { code: "offline" }))).toMatch(/cannot be reached/);
    expect(explain(problem(422))).toBe("the detail");
    expect(explain(problem(500))).toMatch(/Nothing was changed/);
    expect(explain(new TypeError("x"))).toMatch(/unexpected/);
  });

  it("name the field", () => {
    const failed = problem(422, { errors: [{ field: "settings.colour", message: "wrong" }] });
    expect(fieldError(failed, "colour")).toBe("wrong");
    expect(fieldError(failed, "name")).toBeUndefined();
  });
});

describe("names", () => {
  it("of browsers are short", () => {
    expect(nameBrowser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")).toBe("Chrome · Windows");
    expect(nameBrowser("curl/8.1")).toBe("curl");
  });
});
