/** Modal views that the app opened for the person on screen. */

import { renderBlocks } from "./blocks.js";
import { h, iconButton } from "./dom.js";
import { words } from "./elements.js";
import { carryInputs, readValues, showErrors } from "./inputs.js";
import { succeeded } from "./overlay.js";
import { actAsMe, channels, names, store, users } from "./state.js";

let dialog = null;
let sign = null;

/** Open, redraw or close the modal so that it is the one the sandbox knows. */
export function renderModal() {
  // Modals lie on top of each other; the last one is the one to be seen.
  const view = store.server.views?.[store.me]?.at(-1) ?? null;
  // What was filled in comes back as the view's state; that is no reason to draw it anew.
  const wanted = JSON.stringify(view && { ...view, state: null });
  if (wanted === sign) return;
  sign = wanted;
  const older = dialog;
  dialog = view && build(view);
  if (dialog) {
    if (older?.dataset.view === view.id) carryInputs(older, dialog);
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector(".dialog-body :is(input, select, textarea)")?.focus();
  }
  older?.remove();
}

function build(view) {
  const title = words(view.title) || "Dialog";
  const act = async (action) =>
    succeeded(await actAsMe("press", { view_id: view.id, ...action }));
  const body = h("div", { class: "dialog-body" },
    renderBlocks(view.blocks ?? [], { names, act, users: users(), channels: channels() }));
  const close = () => actAsMe("close_view", { view_id: view.id });
  const form = h("form", { on: { submit: (event) => submit(event, view) } },
    h("header", { class: "dialog-head" }, h("h2", {}, title),
      iconButton("close", "Close", close)),
    body,
    h("footer", { class: "dialog-foot" },
      h("button", { type: "button", class: "button", on: { click: close } },
        words(view.close) || "Cancel"),
      hasInputs(view) && h("button", { type: "submit", class: "button primary" },
        words(view.submit) || "Submit")));
  const node = h("dialog", { class: "dialog", "aria-label": title, data: { view: view.id } }, form);
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  return node;
}

const hasInputs = (view) =>
  Boolean(view.submit) || (view.blocks ?? []).some((block) => block.type === "input");

async function submit(event, view) {
  event.preventDefault();
  const form = event.currentTarget;
  const answer = await actAsMe("submit", {
    view_id: view.id, values: readValues(form, view.blocks ?? []) });
  showErrors(form, answer.errors ?? {});
  if (!answer.errors) succeeded(answer);
}
