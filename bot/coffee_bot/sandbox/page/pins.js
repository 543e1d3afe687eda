/** The channel's pinned messages: how many there are, and the way to each. */

import { h, icon } from "./dom.js";
import { flash } from "./links.js";
import { decode } from "./mrkdwn.js";
import { openMenu } from "./overlay.js";

const LABEL_CHARACTERS = 60;

/** A button that lists them; null while nothing is pinned. @param {object[]} messages */
export function pinsOf(messages) {
  const pinned = messages.filter((message) => message.pinned);
  if (!pinned.length) return null;
  const entries = pinned.map(({ ts, text }) => ({ label: labelOf(text), choose: () => flash(ts) }));
  const open = (event) => openMenu(event.currentTarget, entries, { label: "Pinned messages" });
  return h("button", {
    type: "button", class: "pins", "aria-haspopup": "menu", "aria-expanded": "false",
    data: { focus: "pins" }, on: { click: open },
  }, icon("pin"), `${pinned.length} pinned`);
}

function labelOf(text) {
  // A link or a date stands there as its words.
  const first = decode(text.split("\n")[0].replace(/<[^<>|]*\|([^<>]*)>/g, "$1"));
  return first.slice(0, LABEL_CHARACTERS) || "A message without words";
}
