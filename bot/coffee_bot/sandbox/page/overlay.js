/** What lies over the page: toasts, menus, confirmations. */

import { h, iconButton } from "./dom.js";

const TOAST_MS = 8000;

/** Tell the person something that went wrong (or right). */
export function toast(text) {
  const node = h("div", { class: "toast" }, h("span", {}, text));
  node.append(iconButton("close", "Dismiss", () => node.remove()));
  const toasts = document.getElementById("toasts");
  toasts.append(node);
  // Shown anew, it lies above a dialog that opened meanwhile.
  toasts.hidePopover();
  toasts.showPopover();
  setTimeout(() => node.remove(), TOAST_MS);
}

/** Toast the answer's error if it has one. @returns {boolean} Whether all went well. */
export function succeeded(answer) {
  if (!answer.ok) toast(answer.error ?? "The sandbox refused without a reason.");
  return answer.ok;
}

/**
 * Open a menu at `anchor`. Arrow keys move, Escape and a click elsewhere close.
 *
 * @param {HTMLElement} anchor
 * @param {{label: string, content?: Node, choose: function(): void, danger?: boolean}[]} entries
 */
export function openMenu(anchor, entries, { label = "Menu", grid = false } = {}) {
  closeMenu();
  const menu = h("div", { class: grid ? "menu menu-grid" : "menu", role: "menu", "aria-label": label },
    entries.map((entry) => menuItem(entry)));
  (anchor.closest("dialog") ?? document.body).append(menu);
  placeNear(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  menu.addEventListener("keydown", (event) => moveInMenu(event, menu));
  const outside = (event) => menu.contains(event.target) || closeMenu();
  document.addEventListener("pointerdown", outside, true);
  menu.onclosed = () => {
    document.removeEventListener("pointerdown", outside, true);
    anchor.setAttribute("aria-expanded", "false");
    if (menu.contains(document.activeElement)) anchor.focus();
  };
  menu.firstElementChild?.focus();
}

function menuItem(entry) {
  const choose = () => {
    closeMenu();
    entry.choose();
  };
  return h("button", {
    type: "button", role: "menuitem", class: entry.danger ? "menu-item danger" : "menu-item",
    title: entry.content ? entry.label : null, "aria-label": entry.label, on: { click: choose },
  }, entry.content ?? entry.label);
}

/** Close the open menu, if any. */
export function closeMenu() {
  for (const menu of document.querySelectorAll(".menu")) {
    menu.onclosed?.();
    menu.remove();
  }
}

const GAP_PX = 6;

function placeNear(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + GAP_PX + height < innerHeight;
  menu.style.top = `${below ? box.bottom + GAP_PX : Math.max(GAP_PX, box.top - height - GAP_PX)}px`;
  menu.style.left = `${Math.max(GAP_PX, Math.min(box.left, innerWidth - width - GAP_PX))}px`;
}

function moveInMenu(event, menu) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else if (event.key in steps) {
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement) + steps[event.key];
    items.at(at % items.length).focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Ask before acting. The fields are those of Block Kit's confirm object, as plain strings.
 *
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text, confirm = "Yes", deny = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    const close = (value) => () => dialog.close(value);
    const dialog = h("dialog", { class: "dialog dialog-small", "aria-label": title },
      h("header", { class: "dialog-head" }, h("h2", {}, title)),
      h("div", { class: "dialog-body" }, text),
      h("footer", { class: "dialog-foot" },
        h("button", { type: "button", class: "button", on: { click: close("") } }, deny),
        h("button", {
          type: "button", class: danger ? "button danger" : "button primary",
          autofocus: true, on: { click: close("yes") },
        }, confirm)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
