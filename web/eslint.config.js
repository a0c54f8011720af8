import path from "node:path";

import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

import walls from "./eslint/walls.js";

const typed = ["{client,ui,desk,widget/*}/src/**/*.{ts,tsx}"];

export default defineConfig(
  globalIgnores(["**/dist/", "**/node_modules/", "client/src/schema.d.ts"]),
  js.configs.recommended,
  {
    files: typed,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["**/*.{ts,tsx}"],
    ignores: typed,
    extends: [tseslint.configs.strict],
  },
  {
    files: ["{ui,desk}/src/**/*.tsx"],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.strict],
  },
  {
    files: ["widget/frame/src/**/*.tsx"],
    extends: [jsxA11y.flatConfigs.strict],
    plugins: { "react-hooks": reactHooks },
    rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" },
  },
  {
    files: ["desk/src/**/*.{ts,tsx}"],
    plugins: { walls },
    rules: { "walls/features": ["error", path.join(import.meta.dirname, "desk", "src")] },
  },
  {
    files: ["{ui,desk}/src/**/*.tsx"],
    ignores: ["**/*.test.tsx"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "JSXText[value=/\\p{L}/u]", message: "Words come from the catalogues (desk/locales)." },
        {
          selector: "JSXAttribute[name.name=/^(label|title|placeholder|alt|hint|text|aria-label|intro|empty)$/] > Literal[value=/\\p{L}/u]",
          message: "Words come from the catalogues (desk/locales).",
        },
        { selector: "JSXExpressionContainer > Literal[value=/\\p{L}{2}/u][parent.parent.type='JSXElement']", message: "Words come from the catalogues." },
      ],
    },
  },
  {
    files: ["{ui,client}/src/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^@/|/(desk|widget)/|^@parley/(desk|widget)", message: "The desk and the widget use this, never the reverse." }] },
      ],
    },
  },
  {
    files: ["widget/**/src/**/*.{ts,tsx}"],
    ignores: ["**/*.test.{ts,tsx}"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^(react|react-dom|preact/compat)(/|$)", message: "The widget has a size budget: plain Preact only." },
            { regex: "^@parley/ui$|/desk/", message: "Only tokens.css is shared with the widget." },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.test.{ts,tsx}"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
);
