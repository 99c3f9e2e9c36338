// The recordings, newest first by day, and the dialog that plays one.

import { deleteClip, downloadUrl, listClips, protectClip, thumbnailUrl, videoUrl } from "./api.js";
import { arrange, el, icon, setText } from "./dom.js";
import { day, duration, size, t, timeOfDay } from "./words.js";

const PAGE = 24;
const NEW_MS = 4000;
const $ = (id) => document.getElementById(id);

const describe = (clip) =>
  t("video_of", {
    name: clip.camera_name, when: `${day(clip.started_at)} ${timeOfDay(clip.started_at)}`,
    duration: duration(clip.duration_s),
  });

export class ClipList {
  #clips = new Map();
  #cards = new Map();
  #headings = new Map();
  #camera = "";
  #asked = 0;

  constructor(onError) {
    this.onError = onError;
    this.player = new Player(this, onError);
    $("more-clips").onclick = () => this.#load(this.sorted.at(-1)?.started_at);
    $("clip-camera").onchange = () => {
      this.#camera = $("clip-camera").value;
      this.reload();
    };
  }

  get sorted() {
    return [...this.#clips.values()].sort((a, b) => b.started_at - a.started_at);
  }

  /** Offer these cameras in the filter. */
  setCameras(cameras) {
    const options = [["", t("all_cameras")], ...cameras.map((camera) => [camera.id, camera.name])];
    const select = $("clip-camera");
    const current = [...select.options].map((option) => [option.value, option.text]);
    if (JSON.stringify(current) === JSON.stringify(options)) return;
    select.replaceChildren(...options.map(([value, text]) => new Option(text, value, false, value === this.#camera)));
    select.closest("label").hidden = cameras.length < 2;
  }

  /** Everything anew: at the start, after a lost connection, for another filter. */
  async reload() {
    await this.#load(undefined);
  }

  add(clip) {
    if (this.#camera && clip.camera_id !== this.#camera) return;
    this.#clips.set(clip.id, clip);
    this.#show();
    const card = this.#cards.get(clip.id);
    card.classList.add("new");
    setTimeout(() => card.classList.remove("new"), NEW_MS);
  }

  replace(clip) {
    if (!this.#clips.has(clip.id)) return;
    this.#clips.set(clip.id, clip);
    this.#cards.get(clip.id)?.classList.toggle("protected", clip.protected);
  }

  remove(id) {
    this.#clips.delete(id);
    this.#cards.delete(id);
    this.player.gone(id);
    this.#show();
  }

  async #load(before) {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const clips = await listClips({ camera: this.#camera, before, limit: PAGE });
      if (asked !== this.#asked) return; // the filter changed meanwhile
      if (before === undefined) this.#clips.clear();
      for (const clip of clips) this.#clips.set(clip.id, clip);
      $("more-clips").hidden = clips.length < PAGE;
      this.#show();
    } catch (error) {
      this.onError(error);
    }
  }

  #show() {
    const nodes = [];
    let lastDay = "";
    for (const clip of this.sorted) {
      const thisDay = day(clip.started_at);
      if (thisDay !== lastDay) nodes.push(this.#heading(thisDay));
      lastDay = thisDay;
      nodes.push(this.#card(clip));
    }
    arrange($("clips"), nodes);
    $("no-clips").hidden = nodes.length > 0;
    setText($("no-clips").querySelector("p"), t(this.#camera ? "no_clips_here" : "no_clips"));
  }

  #heading(text) {
    if (!this.#headings.has(text)) {
      this.#headings.set(text, el("li", { class: "day" }, el("h3", { textContent: text })));
    }
    return this.#headings.get(text);
  }

  #card(clip) {
    if (!this.#cards.has(clip.id)) this.#cards.set(clip.id, this.#build(clip));
    return this.#cards.get(clip.id);
  }

  #build(clip) {
    const image = clip.thumbnail
      ? el("img", { src: thumbnailUrl(clip), alt: "", loading: "lazy", decoding: "async" })
      : el("span", { class: "no-thumbnail" }, icon("play"));
    const kind = clip.kind === "motion" ? "" : t(clip.kind);
    const button = el(
      "button", { class: "clip", type: "button", "aria-label": t("play", { what: describe(clip) }) },
      el("span", { class: "thumbnail" }, image,
        el("span", { class: "lock" }, icon("lock")),
        el("span", { class: "play" }, icon("play")),
        el("span", { class: "duration", textContent: duration(clip.duration_s) })),
      el("span", { class: "clip-time", textContent: timeOfDay(clip.started_at) }),
      el("span", { class: "clip-camera", textContent: kind ? `${clip.camera_name} · ${kind}` : clip.camera_name }),
    );
    button.onclick = () => this.player.open(this.#clips.get(clip.id));
    return el("li", { class: clip.protected ? "protected" : "" }, button);
  }
}

class Player {
  #clip = null;
  #isSure = false;

  constructor(list, onError) {
    this.list = list;
    this.onError = onError;
    this.dialog = $("player");
    this.video = $("player-video");
    $("player-close").onclick = () => this.dialog.close();
    $("player-older").onclick = () => this.#step(1);
    $("player-newer").onclick = () => this.#step(-1);
    $("player-protect").onclick = () => this.#protect();
    $("player-delete").onclick = () => this.#delete();
    $("player-delete").onblur = () => this.#ask(false);
    this.dialog.onclick = (event) => {
      if (event.target === this.dialog) this.dialog.close(); // beside it
    };
    this.dialog.onclose = () => this.#stop();
    this.video.onerror = () => {
      if (this.#clip) this.onError(new Error(t("no_video")));
    };
  }

  open(clip) {
    this.#clip = clip;
    $("player-title").textContent = clip.camera_name;
    $("player-when").textContent =
      `${day(clip.started_at)} ${timeOfDay(clip.started_at)} · ${duration(clip.duration_s)} · ${size(clip.size_bytes)}`;
    $("player-reason").textContent = clip.reason;
    $("player-reason").hidden = !clip.reason;
    $("player-download").href = downloadUrl(clip);
    this.video.width = clip.width;
    this.video.height = clip.height;
    this.video.poster = clip.thumbnail ? thumbnailUrl(clip) : "";
    this.video.src = videoUrl(clip);
    this.#ask(false);
    this.#showProtection();
    this.#showNeighbours();
    if (!this.dialog.open) this.dialog.showModal();
    this.video.play().catch(() => {}); // where a browser wants a click first, the controls are there
  }

  gone(id) {
    if (this.#clip?.id === id) this.dialog.close();
  }

  #stop() {
    this.#clip = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  #neighbour(step) {
    const clips = this.list.sorted;
    return clips[clips.findIndex((clip) => clip.id === this.#clip.id) + step];
  }

  #step(step) {
    const clip = this.#neighbour(step);
    if (clip) this.open(clip);
  }

  #showNeighbours() {
    $("player-older").disabled = !this.#neighbour(1);
    $("player-newer").disabled = !this.#neighbour(-1);
  }

  #showProtection() {
    const button = $("player-protect");
    button.setAttribute("aria-pressed", String(this.#clip.protected));
    setText(button.querySelector("span"), t(this.#clip.protected ? "protected" : "protect"));
    $("player-delete").disabled = this.#clip.protected;
  }

  #ask(isSure) {
    this.#isSure = isSure;
    setText($("player-delete").querySelector("span"), t(isSure ? "delete_sure" : "delete"));
    $("player-delete").classList.toggle("sure", isSure);
  }

  async #protect() {
    try {
      const clip = await protectClip(this.#clip.id, !this.#clip.protected);
      this.list.replace(clip);
      if (this.#clip?.id !== clip.id) return;
      this.#clip = clip;
      this.#showProtection();
    } catch (error) {
      this.onError(error);
    }
  }

  async #delete() {
    if (!this.#isSure) {
      this.#ask(true);
      return;
    }
    const id = this.#clip.id;
    try {
      await deleteClip(id);
      this.list.remove(id);
    } catch (error) {
      this.onError(error);
    }
  }
}
