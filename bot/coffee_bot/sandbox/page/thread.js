/** The panel on the right: one message and its replies. On a narrow screen it covers the page. */

import { Composer } from "./composer.js";
import { h, iconButton, reconcile } from "./dom.js";
import { messageItems } from "./message.js";
import { Scroller } from "./scroll.js";
import { channelById, channelName, goTo, messageByTs, replies, store } from "./state.js";

const title = h("h2", {}, "Thread");
const where = h("p", { class: "topic" });
const messages = new Scroller({ class: "messages", role: "log", "aria-label": "Replies" });
const writing = new Composer({ inThread: true, onSend: () => messages.follow() });

/** ts of the thread on screen. */
let opened = null;

/** Put the parts in place, once. */
export function mountThread(root) {
  const close = iconButton("close", "Close thread", () => goTo({}));
  root.append(h("header", { class: "head" }, title, where, close), messages.node, writing.node);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !store.editing) goTo({});
  });
}

/** Draw what `store` says. */
export function renderThread(root) {
  const parent = store.thread && messageByTs(store.thread);
  const leaving = !parent && root.contains(document.activeElement);
  root.hidden = !parent;
  document.getElementById("app").classList.toggle("with-thread", Boolean(parent));
  if (parent) renderReplies(parent);
  if (leaving) focusLink(opened);
  if (parent && parent.ts !== opened) writing.focus();
  opened = parent?.ts ?? null;
}

/** Back to where the thread was opened from, for whoever uses the keyboard. */
function focusLink(ts) {
  document.querySelector(`.conversation [data-ts="${CSS.escape(ts)}"]`)?.focus();
}

function renderReplies(parent) {
  const channel = channelById(store.channel);
  where.textContent = channel.is_im ? channelName(channel) : `#${channel.name}`;
  const answers = replies(parent.ts);
  messages.keep(parent.ts, () => reconcile(messages.list, [
    ...messageItems([parent], { inThread: true }),
    ...(answers.length ? [count(answers.length)] : []),
    ...messageItems(answers, { inThread: true }),
  ]));
  writing.show("Reply");
}

function count(number) {
  const words = number === 1 ? "1 reply" : `${number} replies`;
  const build = () => h("div", { class: "day" }, h("span", {}, words));
  return { key: "count", sign: words, build };
}
