import { basename } from "node:path";
import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** Files no stylesheet or script mentions, so that the templates can: the icons. */
function standing(folder: string): Plugin {
  return {
    name: "standing-assets",
    buildStart() {
      for (const name of readdirSync(folder)) {
        this.emitFile({
          type: "asset",
          name,
          originalFileName: `${folder}/${name}`,
          source: readFileSync(`${folder}/${name}`),
        });
      }
    },
  };
}

/**
 * Builds `dist/`: everything flat under `dist/assets/` with a content hash in its name, and `dist/.vite/manifest.json`.
 * A template asks for a file by its plain name: `shell.asset("site.css")`. The plain name of a manifest entry is
 * `name` (or else the key's stem) plus the extension of `file`: site.css, behaviours.js, be-vietnam-pro-400.woff2, favicon.svg.
 */
export default defineConfig({
  // Relative, so that the server may mount the folder anywhere.
  base: "./",
  publicDir: false,
  plugins: [standing("icons")],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    // Never inline into the stylesheet: fonts and icons are cached by themselves, and the CSP wants them from 'self'.
    assetsInlineLimit: 0,
    modulePreload: false,
    // Cheap Android phones whose WebView has not been updated for years.
    target: ["chrome87", "firefox78", "safari14"],
    rollupOptions: {
      input: { site: "styles/site.css", behaviours: "behaviours/index.ts", checker: "behaviours/checker.ts" },
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        assetFileNames: ({ names }) => `assets/${basename(names[0] ?? "asset", "").replace(/\.[^.]+$/, "")}-[hash][extname]`,
      },
    },
  },
});
