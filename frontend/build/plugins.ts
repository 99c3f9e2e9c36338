/**
 * What our build does besides Vite's: icons as PNG, drawn icons where they are used, and compressed copies that the server
 * hands out as they are.
 */
import * as drawings from "@mdi/js";
import { Resvg } from "@resvg/resvg-js";
import { readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { Plugin } from "vite";

const PLAIN_SIZES = [180, 192, 512];
const LEAST_BYTES = 1024;

/** PNGs of `public/icon.svg`; the maskable one has a margin in its own colour, since systems cut it round. */
export function icons(): Plugin {
  return {
    name: "gcam-icons",
    apply: "build",
    generateBundle() {
      const svg = readFileSync(join(import.meta.dirname, "../public/icon.svg"), "utf8");
      for (const size of PLAIN_SIZES) this.emitFile({ type: "asset", fileName: `icon-${size}.png`, source: png(svg, size) });
      const inner = svg.replace(/<svg[^>]*>|<\/svg>/g, "");
      const padded = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -6 44 44">
        <rect x="-6" y="-6" width="44" height="44" fill="#0f766e"/>${inner}</svg>`;
      this.emitFile({ type: "asset", fileName: "icon-maskable-512.png", source: png(padded, 512) });
    },
  };
}

/** Each file gets the drawings it names: `@mdi/js` is one module, all of which the shell would hold for every page. */
export function drawnIcons(): Plugin {
  const known: Readonly<Record<string, string>> = drawings;
  return {
    name: "gcam-drawn-icons",
    apply: "build",
    transform(code) {
      return code.replace(/import\s*\{([^}]*)\}\s*from\s*"@mdi\/js";/g, (_, names: string) =>
        names
          .split(",")
          .map((name) => name.trim())
          .filter(Boolean)
          .map((name) => `const ${name} = ${JSON.stringify(known[name])};`)
          .join(" "),
      );
    },
  };
}

/** Names in `file` whose work the drawings are, too: put where they are used they are no module that Vite knows of. */
export function drawersLicence(file: string): Plugin {
  return {
    name: "gcam-drawers-licence",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const listed = bundle[file];
        if (listed?.type !== "asset") throw new Error(`${file} is not made`);
        const home = join(import.meta.dirname, "../node_modules/@mdi/js");
        const { name, version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as Record<string, string>;
        const drawers = { name, version, identifier: license, text: readFileSync(join(home, "LICENSE"), "utf8") };
        const others = JSON.parse(listed.source.toString()) as unknown[];
        listed.source = JSON.stringify([drawers, ...others]);
      },
    },
  };
}

/** `.br` and `.gz` beside every text file. */
export function compressed(folder: string): Plugin {
  return {
    name: "gcam-compressed",
    apply: "build",
    async closeBundle() {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|json|css|html|svg|webmanifest)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const content = await readFile(path);
        if (content.length < LEAST_BYTES) continue;
        await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
        await writeFile(`${path}.br`, await promisify(brotliCompress)(content));
      }
    },
  };
}

function png(svg: string, width: number): Uint8Array {
  return new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng();
}
