import { defineConfig } from "vite";

export default defineConfig({
  // The server answers below this path with what lies in dist, and writes the page of the frame itself.
  base: "/widget/assets/",
  // Plain JSX through the compiler inside Vite; Preact's own preset would bring Babel for nothing.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    assetsDir: "",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome97", "firefox104", "safari15.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
