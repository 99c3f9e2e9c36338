import { afterEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../api/client.js";
import type { Chosen, OnvifCard } from "./onvif-card.js";

vi.mock("@awesome.me/webawesome/dist/components/select/select.js", () => ({})); // wants more of a browser than there is here
const { chosenOf } = await import("./onvif-card.js");

const stream = (name: string, width: number): Schemas["OnvifStream"] => ({ name, codec: "h264", width, height: width / 2, fps: 15, url: `rtsp://c/${name}` });
const CAMERA: Schemas["OnvifCamera"] = {
  name: "Eye", maker: "Acme", model: "Eye", version: "1", snapshot_url: null,
  streams: [stream("main", 2560), stream("sub", 640), stream("tiny", 320)],
  url: "rtsp://c/sub", url_hd: "rtsp://c/main",
};

async function shown(camera: Schemas["OnvifCamera"], chosen: Chosen): Promise<OnvifCard> {
  const card = Object.assign(document.createElement("gcam-onvif-card"), { camera, chosen });
  document.body.append(card);
  await card.updateComplete;
  return card;
}

function choose(card: OnvifCard, which: number, value: string): Chosen | undefined {
  let told: Chosen | undefined;
  card.addEventListener("streams-chosen", (event) => (told = (event as CustomEvent<Chosen>).detail), { once: true });
  const select = card.renderRoot.querySelectorAll("wa-select")[which];
  if (!select) throw new Error("there is no such select");
  select.value = value;
  select.dispatchEvent(new Event("change"));
  return told;
}

afterEach(() => document.body.replaceChildren());

test("another stream may be watched, and another recorded", async () => {
  const card = await shown(CAMERA, { url: "rtsp://c/sub", url_hd: "rtsp://c/main" });
  expect(choose(card, 0, "2")).toEqual({ url: "rtsp://c/tiny", url_hd: "rtsp://c/main" });
  expect(choose(card, 1, "2")).toEqual({ url: "rtsp://c/sub", url_hd: "rtsp://c/tiny" });
});

test("one stream for both is one address", async () => {
  const card = await shown(CAMERA, { url: "rtsp://c/sub", url_hd: "rtsp://c/main" });
  expect(choose(card, 1, "1")).toEqual({ url: "rtsp://c/sub", url_hd: "" });
  card.chosen = { url: "rtsp://c/sub", url_hd: "" };
  await card.updateComplete;
  expect(choose(card, 0, "0"), "what was recorded stays so").toEqual({ url: "rtsp://c/main", url_hd: "rtsp://c/sub" });
  expect(chosenOf("a", "a")).toEqual({ url: "a", url_hd: "" });
});

test("of a camera with one stream there is nothing to choose", async () => {
  const card = await shown({ ...CAMERA, streams: [stream("main", 640)] }, { url: "rtsp://c/main", url_hd: "" });
  expect(card.renderRoot.querySelector("wa-select")).toBeNull();
});
