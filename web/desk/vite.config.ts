import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.PARLEY_DEV_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": { target: server, ws: true }, "/files": server, "/widget": server } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    sourcemap: true,
    // The content security policy allows neither data: scripts nor inline ones.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Few files rather than a hundred small ones, the deepest first: a group takes what its modules need along with it.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-router|router-core|history|store|react-store|react-query|query-core))\//, priority: 50 },
            { name: "core", test: /\/web\/ui\/src\/(Avatar|Button|Chip|Empty|Field|Notice|Progress|Skeleton|Toasts|cx)\.|\/desk\/src\/lib\/(?!settings\/)/, priority: 40, minShareCount: 2 },
            { name: "icons", test: /node_modules\/lucide-react\//, priority: 30, minShareCount: 2 },
            { name: "controls", test: /node_modules\/(@radix-ui|radix-ui|@floating-ui|cmdk|aria-hidden)\/|\/web\/ui\/src\//, priority: 20, minShareCount: 2 },
            { name: "settings", test: /\/desk\/src\/lib\/settings\//, priority: 10, minShareCount: 2 },
          ],
        },
      },
    },
  },
});
