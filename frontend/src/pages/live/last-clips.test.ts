import { afterEach, expect, it, vi } from "vitest";
import { api } from "../../api/client.js";
import "./last-clips.js";

afterEach(() => vi.restoreAllMocks());

it("shows the recordings of the camera it is of now, whichever answer comes last", async () => {
  const answers: ((id: string) => void)[] = [];
  vi.spyOn(api, "GET").mockImplementation((() => new Promise((resolve) => answers.push((id) => resolve(answer(id))))) as never);
  const element = document.createElement("gcam-last-clips");
  document.body.append(element);
  for (const [asked, camera] of ["door", "yard"].entries()) {
    element.setAttribute("camera-id", camera);
    await vi.waitFor(() => expect(answers).toHaveLength(asked + 1));
  }
  answers[1]?.("of-yard");
  await vi.waitFor(() => expect(element.shadowRoot?.innerHTML).toContain("of-yard"));
  answers[0]?.("of-door");
  await new Promise((resolve) => setTimeout(resolve));
  expect(element.shadowRoot?.innerHTML).not.toContain("of-door");
  element.remove();
});

function answer(id: string): unknown {
  return { data: { clips: [{ id, started_at: 0, duration_s: 1 }] }, response: new Response() };
}
