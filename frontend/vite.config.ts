import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { compressed, drawersLicence, drawnIcons, icons } from "./build/plugins.js";

/** Everything is relative, so that the page works under any sub-path. `GCAM` is the running Gcam of `npm run dev`. */
const gcam = process.env["GCAM"] ?? "http://127.0.0.1:8099";

const output = join(import.meta.dirname, "../gcam_addon/web/static");
const licences = "licences.json";

export default defineConfig({
  base: "./",
  plugins: [icons(), drawnIcons(), drawersLicence(licences), compressed(output)],
  build: {
    outDir: output,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // data: addresses would need a weaker Content-Security-Policy
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    license: { fileName: licences }, // for "About Gcam"
    rolldownOptions: {
      output: {
        // A phone waits for requests rather than for bytes: few files, none of which holds much that is not needed.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "shell", tags: ["$initial"], priority: 3 },
            { name: "library", test: /@awesome\.me|@shoelace-style/, minShareCount: 14, priority: 2 },
            { name: "limits", test: /src.api.limits/, priority: 4 }, // else it takes what shares it along
            { name: "small", test: /lit-html.directives.(live|class-map|if-defined)|src.api.latest|src.components.(tabs|icon-button)\b/, priority: 2 }, // nearly every page
            { name: "things", test: /src.components.(what|crop|thing-picture)\b/, priority: 4 }, // the same
            { name: "shared", minShareCount: 4, entriesAware: true, entriesAwareMergeThreshold: 6_000, priority: 1 },
          ],
        },
      },
    },
  },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: gcam, ws: true, changeOrigin: true }, "/share": gcam, "/health": gcam } },
  // One document and one copy of each module for all files of a worker: to make them anew takes 50 times as long as the tests.
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], isolate: false, setupFiles: ["build/once.ts"] },
});
