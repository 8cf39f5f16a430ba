import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

/** The icon under a plain name: the web app manifest cannot know a hashed one. */
function icon(): Plugin {
  return {
    name: "plain-icon",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "icon.svg", source: readFileSync(new URL("../icons/favicon.svg", import.meta.url)) });
    },
  };
}

/**
 * Builds `dist/app/`, the console under `/app/`. What lies under `dist/app/assets/` has a content hash in its name; the
 * rest (`index.html`, `sw.js`, the manifest, the icon) is asked for anew each time. Runs after the pages' own build,
 * which empties `dist`.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: "/app/",
  publicDir: false,
  plugins: [
    svelte(),
    icon(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: ".",
      filename: "sw.ts",
      injectRegister: false,
      injectManifest: { rollupFormat: "iife", globPatterns: ["**/*.{html,js,css,woff2,svg}"], maximumFileSizeToCacheInBytes: 1_000_000 },
      manifest: {
        name: "Chợ Quê",
        short_name: "Chợ Quê",
        description: "Nhật ký canh tác và thu tiền tại sạp, cả khi mất mạng.",
        lang: "vi",
        start_url: "/app/",
        scope: "/app/",
        display: "standalone",
        background_color: "#FBF8F1",
        theme_color: "#FBF8F1",
        icons: [{ src: "/app/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
      },
    }),
  ],
  build: {
    outDir: "../dist/app",
    emptyOutDir: true,
    // The content security policy wants fonts and icons from 'self'.
    assetsInlineLimit: 0,
    modulePreload: false,
    target: ["chrome87", "firefox78", "safari14"],
  },
  test: { include: ["**/*.test.ts"] },
});
