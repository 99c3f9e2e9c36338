import { afterEach, expect, test, vi } from "vitest";
import { api } from "../../api/client.js";
import { BoardSearchList } from "./board-search.js";

vi.mock("@awesome.me/webawesome/dist/components/button/button.js", () => ({})); // wants more of a browser than there is here
vi.mock("../../components/notify.js", () => ({ notify: vi.fn(), notifyError: vi.fn() }));

const HERE = { name: "Porch", url: "http://192.0.2.9:81", how: "mdns", model: null, firmware: "gcam", camera_id: null, claimed: true, same_as: "porch" };

async function shown(status: string): Promise<BoardSearchList> {
  vi.stubGlobal("WebSocket", class extends EventTarget { close(): void {} });
  const list = new BoardSearchList();
  Object.assign(list, { cameras: [{ id: "porch", name: "Porch", state: { status } }], found: [HERE] });
  document.body.append(list);
  await list.updateComplete;
  return list;
}

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("a board that moved is followed by one click, and is its camera's then", async () => {
  const list = await shown("lost");
  const post = vi.spyOn(api, "POST").mockResolvedValue({ data: {}, response: new Response() });
  list.shadowRoot?.querySelector<HTMLElement>("wa-callout wa-button")?.click();
  await vi.waitFor(() => expect(list.shadowRoot?.querySelector("wa-callout")).toBeNull());
  expect(post).toHaveBeenCalledWith("/api/v1/cameras/{id}/move", { params: { path: { id: "porch" } }, body: { url: HERE.url } });
  expect(list.shadowRoot?.querySelector("li a")?.getAttribute("href")).toBe("#/cameras/porch");
});

test("while the camera's pictures come it is another board, and nothing can be taken over", async () => {
  const list = await shown("connected");
  expect(list.shadowRoot?.querySelector("wa-callout")?.getAttribute("variant")).toBe("warning");
  expect(list.shadowRoot?.querySelector("wa-callout wa-button")).toBeNull();
});
