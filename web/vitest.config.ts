import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      { extends: "./desk/vite.config.ts", test: { name: "desk", root: "./desk", environment: "happy-dom" } },
      { test: { name: "ui", root: "./ui", environment: "happy-dom" } },
      { test: { name: "eslint", root: "./eslint", environment: "node" } },
      { test: { name: "client", root: "./client", environment: "node" } },
      { extends: "./widget/frame/vite.config.ts", test: { name: "frame", root: "./widget/frame", environment: "happy-dom" } },
      { test: { name: "loader", root: "./widget/loader", environment: "happy-dom" } },
    ],
  },
});
