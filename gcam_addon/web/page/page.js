// The page: follows what happens at Gcam and tells the tiles and the recordings.

import { followEvents, getStorage, listCameras } from "./api.js";
import { CameraTile } from "./camera.js";
import { ClipList } from "./clips.js";
import { arrange, el, setText } from "./dom.js";
import { size, t, translatePage } from "./words.js";

const REFRESH_MS = 2000; // scores and frame rates; everything else is pushed
const TOAST_MS = 6000;
const $ = (id) => document.getElementById(id);

const tiles = new Map();

const tell = (error) => {
  const toast = el("p", { class: "toast", textContent: t("failed", { why: error.message }) });
  $("toasts").append(toast);
  setTimeout(() => toast.remove(), TOAST_MS);
};

const clips = new ClipList(tell);

const showSummary = () => {
  const enabled = [...tiles.values()].map((tile) => tile.camera).filter((camera) => camera.enabled);
  const connected = enabled.filter((camera) => camera.state?.status === "connected").length;
  const isWhole = connected === enabled.length;
  setText($("summary"), enabled.length === 0 ? "" : t(isWhole ? "all_connected" : "some_connected", {
    connected, total: enabled.length,
  }));
  $("summary").classList.toggle("partly", !isWhole);
  const moving = enabled.filter((camera) => camera.state?.motion).length;
  document.title = moving ? `(${moving}) Gcam` : "Gcam";
};

const showCameras = (cameras) => {
  const ids = new Set(cameras.map((camera) => camera.id));
  for (const [id, tile] of tiles) if (!ids.has(id)) removeCamera(id);
  for (const camera of cameras) {
    const tile = tiles.get(camera.id);
    if (tile) tile.update(camera);
    else tiles.set(camera.id, new CameraTile(camera, tell));
  }
  arrange($("cameras"), cameras.map((camera) => tiles.get(camera.id).element));
  $("cameras").dataset.count = String(cameras.length);
  $("no-cameras").hidden = cameras.length > 0;
  clips.setCameras(cameras);
  showSummary();
};

const removeCamera = (id) => {
  tiles.get(id)?.end();
  tiles.delete(id);
};

const refreshCameras = async () => {
  if (!document.hidden) showCameras(await listCameras());
};

const showStorage = (storage) => {
  setText($("disk"), t("disk", { free: size(storage.free_bytes) }));
  $("storage-problem").hidden = !storage.problem;
  setText($("storage-problem"), storage.problem ?? "");
};

const HEAR = {
  hello: async (event) => {
    setText($("footer"), `Gcam ${event.version}`);
    showCameras(event.cameras);
    await clips.reload();
    showStorage(await getStorage());
  },
  camera_changed: (event) => {
    tiles.get(event.state.camera_id)?.updateState(event.state);
    showSummary();
  },
  camera_added: refreshCameras,
  camera_removed: refreshCameras,
  motion_started: (event) => tiles.get(event.camera_id)?.element.classList.add("moving"),
  clip_ready: (event) => clips.add(event.clip),
  clip_removed: (event) => clips.remove(event.clip_id),
  storage_changed: (event) => showStorage(event.storage),
};

const hear = async (event) => {
  try {
    await HEAR[event.type]?.(event);
  } catch (error) {
    tell(error);
  }
};

const showConnection = (isConnected) => {
  $("offline").hidden = isConnected;
  document.body.classList.toggle("is-offline", !isConnected);
};

translatePage();
$("offline").textContent = t("offline");
followEvents(hear, showConnection);
setInterval(() => {
  if (!document.body.classList.contains("is-offline")) refreshCameras().catch(() => {}); // the events' banner says it
}, REFRESH_MS);
