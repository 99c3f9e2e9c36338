import eslint from "@eslint/js";
import lit from "eslint-plugin-lit";
import wc from "eslint-plugin-wc";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "src/api/schema.d.ts", "src/api/limits.ts"] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  lit.configs["flat/recommended"],
  wc.configs["flat/recommended"],
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] } } },
    rules: {
      "no-console": "error",
      "max-lines": ["error", 400],
      // Only src/api talks to the server.
      "no-restricted-globals": ["error", "fetch", "WebSocket", "XMLHttpRequest", "EventSource"],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/unbound-method": "off", // Lit calls event listeners with the component as this
      "wc/guard-super-call": "off",
    },
  },
  {
    files: ["src/api/**"],
    rules: { "no-restricted-globals": "off" },
  },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
);
