import { expect, test } from "vitest";
import { dateTime } from "../../i18n/format.js";
import { recordingIn } from "./deed-words.js";

const nameOf = (id: string) => (id === "back_door" ? "Back door" : undefined);

test("a recording is named by its camera and its time", () => {
  expect(recordingIn("back_door-1763687867123-9f3a", nameOf)).toBe(`Back door, ${dateTime(1763687867.123)}`);
});

test("a camera that is gone is named by its id", () => {
  expect(recordingIn("yard-1763687867123-9f3a", nameOf)).toBe(`yard, ${dateTime(1763687867.123)}`);
});

test.each(["back_door", "found-0123456789abcdef", "Ada", "12", "back_door-1763687867123", ""])("%s is no such recording", (subject) => {
  expect(recordingIn(subject, nameOf)).toBeUndefined();
});
