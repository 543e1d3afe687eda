/**
 * Building and keeping DOM nodes.
 *
 * Data only ever becomes text nodes and properties, never markup: there is no innerHTML here.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Build an element.
 *
 * @param {string} tag
 * @param {Object<string, any>} [props] `class`, `data` (an object), `on` (event -> listener),
 *   anything else is an attribute; null, undefined and false leave it out.
 * @param {...(Node|string|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat(Infinity).filter(isShown));
  return node;
}

function isShown(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

function setProp(node, name, value) {
  if (!isShown(value) && value !== "") return;
  if (name === "data") Object.assign(node.dataset, value);
  else if (name === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else node.setAttribute(name, value === true ? "" : value);
}

/** A fragment of the given children. */
export function fragment(...children) {
  const node = document.createDocumentFragment();
  node.append(...children.flat(Infinity).filter(isShown));
  return node;
}

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  cup: "M5 10h11v5a4.5 4.5 0 0 1-4.5 4.500h-2A4.5 4.5 0 0 1 5 15zM16 11h1.500a2.5 2.5 0 0 1 0 5H16M8.5 4c-1 1.2 1 2 0 3.200M12.5 4c-1 1.2 1 2 0 3.2",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.200a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.600z",
  hash: "M9.5 4l-2 16M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  pin: "M9 4h6M10 4v6l-3.5 3.500h11L14 10V4M12 13.500V20.5",
  reply: "M5 5h14v10.500h-8L7 19v-3.500H5zM9 10.200h6",
  send: "M4 12l16-7.5-5 15.5-3.5-6.500zM11.5 13.500L20 4.5",
  smile: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8.5 14.200c1.8 2.4 5.2 2.4 7 0M9 9.600h.01M15 9.600h.01",
  trash: "M4.5 7h15M9.5 7V4.500h5V7M6.5 7l1 13h9l1-13M10.5 11v5.500M13.5 11v5.5",
  down: "M12 5v14M6 13l6 6 6-6",
  clip: "M19 11.500l-7.5 7.5a4.6 4.6 0 0 1-6.5-6.500l8-8a3.1 3.1 0 0 1 4.4 4.400l-8 8a1.5 1.5 0 0 1-2.2-2.200l7-7",
  check: "M5 12.500l4.5 4.500L19 7.5",
  file: "M6 3.500h8l4 4v13H6zM14 3.500v4h4",
};

/** A line icon of 1.25 em; it is decoration, so it is hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only an icon; `label` is its name for everyone. */
export function iconButton(name, label, onClick, props = {}) {
  const attributes = { type: "button", class: "icon-button", "aria-label": label, title: label };
  return h("button", { ...attributes, ...props, on: { click: onClick } }, icon(name));
}

/**
 * Make the children of `parent` be `items`, keeping the nodes that did not change.
 *
 * Focus and half-made choices inside an unchanged message thus survive a live update.
 *
 * @param {Element} parent
 * @param {{key: string, sign: string, build: function(): HTMLElement}[]} items `sign` is
 *   anything that changes when the node must be built anew.
 */
export function reconcile(parent, items) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let next = parent.firstElementChild;
  for (const item of items) {
    const before = old.get(item.key);
    if (before && before === next) next = next.nextElementSibling;
    const node = keep(before, item);
    const inPlace = node.parentElement === parent && node.nextElementSibling === next;
    if (!inPlace) parent.insertBefore(node, next);
    old.delete(item.key);
  }
  for (const node of old.values()) node.remove();
}

/** The old node where it still is right, else a new one in its place and with its focus. */
function keep(old, item) {
  if (old?.sign === item.sign) return old;
  const fresh = item.build();
  fresh.dataset.key = item.key;
  fresh.sign = item.sign;
  if (!old) return fresh;
  const focus = focusKey(old);
  old.replaceWith(fresh);
  if (focus) fresh.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  return fresh;
}

function focusKey(node) {
  return node.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
}
