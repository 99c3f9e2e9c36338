import { expect, it } from "vitest";
import { fateOf } from "./remove-dialog.js";

const OURS = "http://porch.local:81/stream";

it.each([
  [OURS, true, "gcam", true, []],
  [OURS, false, "gcam", false, []],
  [OURS, true, "tasmota", false, []],
  [OURS, true, undefined, false, []],
  ["push://gcam", true, "gcam", false, ["remove_pushed", "remove_pushed_board"]],
  ["push://gcam", true, undefined, false, ["remove_pushed"]],
  ["push://gcam", false, undefined, false, []], // it has no key yet
])("of %s (secret %s, %s) its owner is told what becomes of the board", (url, hasSecret, firmware, isOurs, told) => {
  expect(fateOf(url, hasSecret, firmware)).toEqual({ isOurs, told });
});
