/** Lets a board be chosen and hands its manifest to ESP Web Tools, which does the rest. */
import { WORDS } from "./words.js";

let language = navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in WORDS) ?? "en";
let boards;
let chosen = location.hash.slice(1);

function say(word, params = {}) {
  return WORDS[language][word].replace(/{(\w+)}/g, (_, name) => params[name]);
}

/** What the table says of a board, in the page's language. */
function told(text) {
  return WORDS[language].remarks[text] ?? text;
}

function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function show() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  document.querySelector("#language").textContent = say("other");
  document.querySelector("#boards").replaceChildren(...(boards?.boards ?? []).map(choice));
  showAction();
}

function choice({ board, title, memory, remark }) {
  const radio = made("input", { type: "radio", name: "board", value: board, checked: board === chosen });
  radio.addEventListener("change", () => {
    chosen = board;
    history.replaceState(null, "", `#${board}`);
    showAction();
  });
  const remarks = [say("memory", { memory: told(memory) }), told(remark)].filter(Boolean).join(" · ");
  return made("label", {}, radio, made("span", { textContent: title }), made("small", { textContent: remarks }));
}

function showAction() {
  const board = boards?.boards.find((one) => one.board === chosen);
  document.querySelector("#action").replaceChildren(action(board));
}

function action(board) {
  if (!boards) return made("p", { textContent: say("failed") });
  if (!boards.installs) return made("p", { textContent: say("no_binaries") });
  if (!board) return made("p", { textContent: say("choose_first") });
  const button = made("button", { slot: "activate", type: "button", textContent: say("button", { board: board.title }) });
  const unsupported = made("span", { slot: "unsupported", textContent: say("unsupported") });
  const notAllowed = made("span", { slot: "not-allowed", textContent: say("not_allowed") });
  const install = made("esp-web-install-button", {}, button, unsupported, notAllowed);
  install.setAttribute("manifest", new URL(`${board.board}/manifest.json`, location.href).href);
  return install;
}

document.querySelector("#language").addEventListener("click", () => {
  language = language === "en" ? "fr" : "en";
  show();
});
try {
  const answer = await fetch("boards.json");
  if (answer.ok) boards = await answer.json();
} catch {
  // told below
}
show();
await import("./esp-web-tools/install-button.js");
