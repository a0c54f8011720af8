import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the frame is served below whatever path the server gives it.
  base: "./",
  // Plain JSX through the compiler inside Vite; Preact's own preset would bring Babel for nothing.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2020",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
