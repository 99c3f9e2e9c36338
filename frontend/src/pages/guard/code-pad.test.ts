import { afterEach, beforeEach, expect, test } from "vitest";
import "./code-pad.js";
import type { CodePad } from "./code-pad.js";

let pad: CodePad;
let given: string[];

beforeEach(async () => {
  given = [];
  pad = document.createElement("gcam-code-pad");
  pad.addEventListener("gcam-code", (event) => given.push((event as CustomEvent<string>).detail));
  document.body.append(pad);
  await pad.updateComplete;
});

afterEach(() => {
  pad.remove();
});

const input = () => pad.renderRoot.querySelector("input") as HTMLInputElement;
const press = (key: string) => {
  [...pad.renderRoot.querySelectorAll("button")].find((button) => button.textContent.trim() === key)?.click();
};
const submit = () => pad.renderRoot.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true }));

test("digits that are pressed are given once, and are gone then", () => {
  for (const digit of "2580") press(digit);
  expect(input().value).toBe("2580");
  expect(input().type).toBe("password");
  submit();
  submit();
  expect(given).toEqual(["2580"]);
  expect(input().value).toBe("");
});

test("digits that are typed anywhere count, letters and shortcuts do not", () => {
  const type = (key: string, more: KeyboardEventInit = {}) => document.dispatchEvent(new KeyboardEvent("keydown", { key, ...more }));
  type("7");
  type("x");
  type("1", { ctrlKey: true });
  type("3");
  expect(input().value).toBe("73");
});

test("what is pasted keeps its digits alone", () => {
  input().value = "2 5a80";
  input().dispatchEvent(new Event("input"));
  expect(input().value).toBe("2580");
});

test("while an answer is waited for nothing is given", async () => {
  pad.busy = true;
  await pad.updateComplete;
  press("1");
  submit();
  expect(given).toEqual([]);
});

test("a pad that is gone hears nothing any more", () => {
  pad.remove();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "7" }));
  expect(input().value).toBe("");
});
