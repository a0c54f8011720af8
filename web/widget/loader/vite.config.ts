import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2020",
    // One classic script without imports: shops include it by a plain tag.
    lib: {
      entry: fileURLToPath(new URL("./src/loader.ts", import.meta.url)),
      formats: ["iife"],
      name: "ParleyLoader",
      fileName: () => "widget.js",
    },
  },
});
