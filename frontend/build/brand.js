/** `scripts/brand`: the PNGs of Home Assistant and of the add-on store, drawn from icon.svg and logo.svg. */
import { Resvg } from "@resvg/resvg-js";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");
const icon = readFileSync(join(root, "frontend/public/icon.svg"), "utf8");
const logo = readFileSync(join(root, "docs/brand/logo.svg"), "utf8");

/** The name's colour in logo.svg, made for light pages. */
const INK = "#134e4a";
const onDark = logo.replaceAll(INK, "#f0fdfa");
/** The add-on store has one logo for light and dark pages. */
const onBoth = logo.replaceAll(INK, "#0d9488");

const brand = "custom_components/gcam/brand";
draw(`${brand}/icon.png`, icon, { mode: "height", value: 256 });
draw(`${brand}/icon@2x.png`, icon, { mode: "height", value: 512 });
draw(`${brand}/logo.png`, logo, { mode: "height", value: 128 });
draw(`${brand}/logo@2x.png`, logo, { mode: "height", value: 256 });
draw(`${brand}/dark_logo.png`, onDark, { mode: "height", value: 128 });
draw(`${brand}/dark_logo@2x.png`, onDark, { mode: "height", value: 256 });
draw("icon.png", icon, { mode: "width", value: 128 });
draw("logo.png", onBoth, { mode: "width", value: 250 });

function draw(path, svg, fitTo) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, new Resvg(svg, { fitTo }).render().asPng());
}
