import { defineConfig } from "vite";
import type { Plugin } from "vite";

/** Removes the design tokens that no rule of the bundle reads: the visitor loads only what the frame shows. */
function pruneTokens(): Plugin {
  return {
    name: "prune-tokens",
    enforce: "post",
    generateBundle(_, bundle) {
      const sheets = Object.values(bundle).flatMap((file) => (file.type === "asset" && file.fileName.endsWith(".css") ? [file] : []));
      for (let before = -1, size = 0; before !== size; ) {
        const all = sheets.map((sheet) => String(sheet.source)).join("");
        const read = new Set([...all.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]));
        for (const sheet of sheets)
          sheet.source = String(sheet.source).replace(/(?<=[{;])(--(?!lightningcss)[\w-]+):[^;{}]*(?:;|(?=\}))/g, (rule, name: string) =>
            read.has(name) ? rule : "",
          );
        before = size;
        size = sheets.reduce((sum, sheet) => sum + sheet.source.length, 0);
      }
    },
  };
}

export default defineConfig({
  // The server answers below this path with what lies in dist, and writes the page of the frame itself.
  base: "/widget/assets/",
  // Plain JSX through the compiler inside Vite; Preact's own preset would bring Babel for nothing.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [pruneTokens()],
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
