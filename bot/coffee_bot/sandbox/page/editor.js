/** Editing a message in its place: Enter saves, Escape gives up. */

import { h } from "./dom.js";
import { succeeded } from "./overlay.js";
import { actAsMe, store, update } from "./state.js";
import { grow, readable } from "./writing.js";

/** @param {object} message */
export function editor(message) {
  const box = h("textarea", { class: "box editor", rows: 1, "aria-label": "Edit message" });
  box.value = readable(message.text);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") update({ editing: null });
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save(message, box.value);
  });
  box.addEventListener("input", () => grow(box));
  requestAnimationFrame(() => {
    grow(box);
    box.focus();
  });
  return h("div", {}, box, h("p", { class: "hint" }, "Enter saves, Escape gives up"));
}

async function save(message, written) {
  const text = written.trim();
  if (!text) return;
  const answer = await actAsMe("edit", { channel: store.channel, ts: message.ts, text });
  if (succeeded(answer)) update({ editing: null });
}
