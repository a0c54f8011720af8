import { beforeAll, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { explain, offlineProblem } from "@/lib/problem";

import { explainPush } from "./usePush";

beforeAll(() => setLocale("en"));

describe("explainPush", () => {
  it.each(["NotAllowedError", "AbortError", "NotSupportedError", "SecurityError"])("says that the browser does not do it: %s", (name) => {
    expect(explainPush(new DOMException("no", name))).toMatch(/does not take notifications.*e-mail/);
  });

  it("says so when there is no worker", () => {
    expect(explainPush(new TypeError("no worker"))).toMatch(/does not take notifications/);
  });

  it("leaves the server's own words alone", () => {
    expect(explainPush(offlineProblem())).toBe(explain(offlineProblem()));
  });
});
