/**
 * What docs/ref/openapi.yaml says, for the page: `src/api/schema.d.ts`, its types, and `src/api/limits.ts`, the limits of what
 * is sent, which forms keep to. Neither is committed.
 */
import { writeFileSync } from "node:fs";
import { URL } from "node:url";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const LIMITS = { minimum: "min", maximum: "max", maxLength: "maxlength", minItems: "least", maxItems: "most" };

const document = new URL("../../docs/ref/openapi.yaml", import.meta.url);
const api = new URL("../src/api/", import.meta.url);
/** By schema, and within it by property (`zones_name` for what is further down). */
const limits = new Map();

const types = await openapiTS(document, {
  transform(schema, { path = "" }) {
    const [, , of, name, ...inside] = path.split("/");
    if (of !== "schemas" || name === undefined) return undefined;
    const found = Object.entries(LIMITS).filter(([key]) => key in schema);
    const known = limits.get(name) ?? {};
    const property = inside.join("_") || "itself";
    if (found.length === 0 || property in known) return undefined; // what an array holds comes under its name once more
    limits.set(name, { ...known, [property]: Object.fromEntries(found.map(([key, ours]) => [ours, schema[key]])) });
    return undefined; // the types are as they are
  },
});

writeFileSync(new URL("schema.d.ts", api), COMMENT_HEADER + astToString(types));
writeFileSync(
  new URL("limits.ts", api),
  `/** Made by build/api.js of docs/ref/openapi.yaml. */
${[...limits].map(([name, of]) => `export const ${constant(name)} = ${JSON.stringify(of)} as const;`).join("\n")}
`,
);

/** `CAMERA_SETTINGS` of `CameraSettings`. */
function constant(name) {
  return name.replace(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase();
}
