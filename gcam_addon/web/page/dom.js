// Small things for building the page.

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties (`class`, `aria-…` and `data-…` as attributes) and children. */
export const el = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class" || name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
};

export const icon = (name) => {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
};

export const setIcon = (button, name) => button.querySelector("use").setAttribute("href", `#icon-${name}`);

export const setLabel = (button, label) => {
  if (button.title === label) return;
  button.title = label;
  button.setAttribute("aria-label", label);
};

export const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

/** Make `nodes` the children of `parent`, moving no node that is in place: focus and animations survive. */
export const arrange = (parent, nodes) => {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
};
