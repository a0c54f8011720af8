import { RuleTester } from "eslint";
import { describe, it } from "vitest";

import walls from "./walls.js";

RuleTester.describe = describe;
RuleTester.it = it;

const at = (file, code) => ({ code, filename: `/desk/src/${file}`, options: ["/desk/src"] });
const wrong = (file, code) => ({ ...at(file, code), errors: 1 });

new RuleTester().run("features", walls.rules.features, {
  valid: [
    at("app/router.tsx", 'import "@/conversations/page";'),
    at("conversations/page.tsx", 'import "@/customers/panel";'),
    at("conversations/page.tsx", 'import "../customers/panel";'),
    at("conversations/list/row.tsx", 'import "../page"; import "@/lib/http"; import "react";'),
    at("main.tsx", 'import "./app/App";'),
  ],
  invalid: [
    wrong("customers/panel.tsx", 'import "@/conversations/page";'),
    wrong("customers/panel.tsx", 'import "../conversations/page";'),
    wrong("customers/panel.tsx", 'export { page } from "@/conversations/page";'),
    wrong("customers/panel.tsx", 'const page = () => import("@/conversations/page");'),
    wrong("customers/panel.tsx", 'import "@/app/router";'),
    wrong("lib/http.ts", 'import "@/accounts/session";'),
  ],
});
