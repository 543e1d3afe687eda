/** Links to messages of this workspace (`/archives/C1/p173...`) open here, not in a new window. */

import { h } from "./dom.js";
import { channelById, goTo, messageByTs, replies } from "./state.js";

const MESSAGE = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/;
const FLASH_MS = 1600;

/** Channel and times that an address names; null for any other address. */
function placeOf(address) {
  const url = new URL(address, location.href);
  const match = url.origin === location.origin ? MESSAGE.exec(url.pathname) : null;
  if (!match) return null;
  const [, channel, seconds, micros] = match;
  return { channel, ts: `${seconds}.${micros}`, parent: url.searchParams.get("thread_ts") };
}

/** Listen for clicks on such links. */
export function openLinksHere() {
  document.addEventListener("click", (event) => {
    const place = placeOf(event.target.closest("a[href]")?.href ?? "");
    if (!place || !channelById(place.channel) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(place);
  });
}

function show({ channel, ts, parent }) {
  goTo({ channel });
  const thread = parent ?? messageByTs(ts)?.thread_ts ?? (replies(ts).length ? ts : null);
  if (thread) goTo({ channel, thread });
  flash(ts);
}

/** Bring a message into view and point it out for a moment. */
export function flash(ts) {
  for (const node of document.querySelectorAll(`.message[data-ts="${CSS.escape(ts)}"]`)) {
    node.scrollIntoView({ block: "center" });
    const mark = h("span", { class: "flash", "aria-hidden": "true" });
    node.prepend(mark);
    setTimeout(() => mark.remove(), FLASH_MS);
  }
}
