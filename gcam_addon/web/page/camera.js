// One camera's tile: its picture, how it is, and what its detector thinks.

import { record } from "./api.js";
import { el, icon, setIcon, setLabel, setText } from "./dom.js";
import { LivePicture } from "./picture.js";
import { number, problemText, since, t } from "./words.js";

const RECORD_S = 30;

export class CameraTile {
  #camera;
  #picture;
  #hasPicture = false;

  constructor(camera, onError) {
    this.onError = onError;
    this.canvas = el("canvas", { width: 640, height: 480, role: "img" });
    this.message = el("p");
    this.motionBadge = el("span", { class: "badge motion", textContent: t("motion") });
    this.recordBadge = el("span", { class: "badge recording", textContent: t("recording") });
    this.recordButton = el("button", { class: "icon", type: "button" }, icon("record"));
    this.enlargeButton = el("button", { class: "icon", type: "button" }, icon("enlarge"));
    this.screen = el(
      "div", { class: "screen" }, this.canvas,
      el("div", { class: "screen-centre" }, icon("camera"), this.message),
      el("div", { class: "badges" }, this.motionBadge, this.recordBadge),
      el("div", { class: "tools" }, this.recordButton, this.enlargeButton),
    );
    this.name = el("h3");
    this.status = el("p", { class: "status" });
    this.numbers = el("p", { class: "numbers" });
    this.meterFill = el("span", { class: "fill" });
    this.meterMark = el("span", { class: "mark" });
    this.meter = el("div", { class: "meter", role: "meter", "aria-valuemin": "0" }, this.meterFill, this.meterMark);
    this.score = el("span", { class: "score" });
    this.reason = el("span", { class: "reason", lang: "en" });
    this.detector = el("div", { class: "detector" }, this.meter, this.score, this.reason);
    this.warning = el("p", { class: "warning" });
    this.element = el(
      "li", { class: "camera" }, this.screen,
      el("div", { class: "about" },
        el("div", { class: "line" }, this.name, this.numbers), this.status, this.detector, this.warning),
    );
    this.recordButton.onclick = () => this.#toggleRecording();
    this.enlargeButton.onclick = () => this.#toggleWhole();
    this.screen.ondblclick = () => this.#toggleWhole();
    this.#picture = new LivePicture(this.canvas, camera.id, () => this.#drawn());
    this.update(camera);
    if (camera.state?.status !== "connected" && camera.state?.last_frame_at) this.#picture.showLast();
  }

  get id() {
    return this.#camera.id;
  }

  get camera() {
    return this.#camera;
  }

  updateState(state) {
    this.update({ ...this.#camera, name: state.name, enabled: state.enabled, state });
  }

  update(camera) {
    this.#camera = camera;
    const state = camera.state;
    const status = state?.status ?? "disabled";
    const isLive = status === "connected";
    this.element.dataset.status = status;
    this.element.classList.toggle("moving", isLive && state.motion);
    this.element.classList.toggle("recording", Boolean(state?.recording));
    setText(this.name, camera.name);
    setText(this.status, t(status, { time: state ? since(state.since) : "" }));
    setText(this.numbers, isLive ? this.#numbers(state) : "");
    setLabel(this.recordButton, t(state?.recording ? "stop_recording" : "record", { name: camera.name }));
    setIcon(this.recordButton, state?.recording ? "stop" : "record");
    this.recordButton.hidden = !isLive;
    this.enlargeButton.hidden = !this.#hasPicture || !document.fullscreenEnabled;
    setLabel(this.enlargeButton, t("enlarge", { name: camera.name }));
    this.canvas.setAttribute("aria-label", camera.name);
    if (state?.size) this.screen.style.aspectRatio = `${state.size.width} / ${state.size.height}`;
    this.#showDetector(state, isLive);
    this.#showWarning(state);
    this.#showMessage(status, state);
    this.#picture.wanted = isLive;
  }

  end() {
    this.#picture.end();
    this.element.remove();
  }

  #numbers(state) {
    const fps = t("fps", { fps: number(state.fps, state.fps < 10 ? 1 : 0) });
    return state.size ? `${fps} · ${state.size.width}×${state.size.height}` : fps;
  }

  #showDetector(state, isLive) {
    this.detector.hidden = !isLive;
    if (!isLive) return;
    this.meter.hidden = this.score.hidden = !state.detection;
    setText(this.reason, state.detection ? state.reason : t("detection_off"));
    const scale = Math.max(2 * state.threshold, state.score, 0.01);
    this.meterFill.style.inlineSize = `${(100 * state.score) / scale}%`;
    this.meterMark.style.insetInlineStart = `${(100 * state.threshold) / scale}%`;
    const digits = state.threshold < 1 ? 2 : 1;
    setText(this.score, t("of_threshold", {
      score: number(state.score, digits), threshold: number(state.threshold, digits),
    }));
    this.meter.setAttribute("aria-label", t("score", { name: state.name }));
    this.meter.setAttribute("aria-valuenow", state.score.toFixed(2));
    this.meter.setAttribute("aria-valuemax", scale.toFixed(2));
    this.meter.setAttribute("aria-valuetext", this.score.textContent);
  }

  #showWarning(state) {
    const why = state?.no_recording_reason;
    this.warning.hidden = !why;
    if (why) setText(this.warning, t("not_recording", { why }));
  }

  #showMessage(status, state) {
    let text = "";
    if (status === "reconnecting" || status === "lost") text = problemText(state.problem_code, state.problem);
    else if (status === "connected" && !this.#hasPicture) text = t("waiting");
    setText(this.message, text);
    this.message.hidden = !text;
  }

  #drawn() {
    if (this.#hasPicture) return;
    this.#hasPicture = true;
    this.element.classList.add("has-picture");
    this.update(this.#camera);
  }

  async #toggleRecording() {
    try {
      await record(this.id, this.#camera.state?.recording ? null : RECORD_S);
    } catch (error) {
      this.onError(error);
    }
  }

  async #toggleWhole() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else if (document.fullscreenEnabled) await this.screen.requestFullscreen();
  }
}
