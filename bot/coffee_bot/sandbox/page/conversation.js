/** The middle of the page: a channel or a direct message, and the app's Home beside it. */

import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { h, icon, iconButton, reconcile } from "./dom.js";
import { messageItems } from "./message.js";
import { succeeded } from "./overlay.js";
import { pinsOf } from "./pins.js";
import { Scroller } from "./scroll.js";
import {
  actAsMe, atHome, bot, channelById, channelMessages, channelName, channels, goTo, markSeen, nameOf,
  names, partner, store, update, userById, users,
} from "./state.js";

/** With a mouse one wants to write at once; on a phone a keyboard would cover the page. */
const WRITES_AT_ONCE = matchMedia("(pointer: fine)");

const TRY = [
  ["/coffee status", "what the daemon is doing right now"],
  ["/coffee tell Write a haiku about tests", "hand it some work"],
  ["/coffee help", "everything it understands"],
];

const head = h("header", { class: "head" });
const lost = h("p", { class: "lost", role: "status", hidden: true },
  "The sandbox cannot be reached. Reconnecting …");
const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Views" });
const messages = new Scroller({ class: "messages", role: "log", "aria-label": "Messages" });
const home = h("div", { class: "home", role: "tabpanel", "aria-label": "Home" });
const empty = h("div", { class: "empty" });
const writing = new Composer({ inThread: false, onSend: () => messages.follow() });

let shownChannel = null;

/** Put the parts in place, once. */
export function mountConversation(root) {
  messages.node.prepend(empty);
  root.append(head, lost, tabs, home, messages.node, writing.node);
}

/** Draw what `store` says. */
export function renderConversation() {
  const channel = channelById(store.channel);
  const onHome = atHome();
  head.replaceChildren(...headOf(channel));
  lost.hidden = store.link !== "offline";
  renderTabs(Boolean(channel?.is_im && store.server.app?.home), onHome);
  home.hidden = !onHome;
  messages.node.hidden = writing.node.hidden = onHome;
  if (onHome) renderHome(store.server.homes?.[store.me]);
  else if (channel) renderMessages(channel);
}

function headOf(channel) {
  const menu = iconButton("menu", "Channels", () => update({ menu: !store.menu }), {
    class: "icon-button menu-button", "aria-expanded": String(store.menu) });
  if (!channel) return [menu, h("h1", {}, "Nothing here yet")];
  const sign = channel.is_im ? avatar(partner(channel), "small")
    : icon(channel.is_private ? "lock" : "hash");
  const topic = channel.topic?.value ?? channel.topic ?? channel.purpose?.value;
  return [menu, h("h1", {}, sign, channelName(channel)),
    topic && h("p", { class: "topic" }, topic), pinsOf(channelMessages()),
    !channel.is_im && membersOf(channel)].filter(Boolean);
}

function membersOf(channel) {
  const members = (channel.members ?? []).map(userById).filter(Boolean);
  const title = members.map(nameOf).join(", ");
  return h("div", { class: "members", title, role: "img", "aria-label": `Members: ${title}` },
    members.slice(0, 4).map((user) => avatar(user, "small")), h("span", {}, String(members.length)));
}

function renderTabs(shown, onHome) {
  tabs.hidden = !shown;
  const focused = tabs.contains(document.activeElement) && document.activeElement.dataset.focus;
  const tab = (view, label, selected) => h("button", {
    type: "button", role: "tab", class: "tab", "aria-selected": String(selected),
    data: { focus: view }, on: { click: () => goTo({ view }) },
  }, label);
  tabs.replaceChildren(tab("home", "Home", onHome), tab("messages", "Messages", !onHome));
  if (focused) tabs.querySelector(`[data-focus="${focused}"]`)?.focus();
}

function renderHome(view) {
  if (!view) {
    reconcile(home, [{ key: "empty", sign: "empty", build: unpublished }]);
    return;
  }
  const act = async (action) =>
    succeeded(await actAsMe("press", { view_id: view.id, ...action }));
  const context = { names, act, users: users(), channels: channels() };
  // A view published anew with the same words is no reason to draw it anew.
  const sign = JSON.stringify([store.me, view.id, view.blocks]);
  reconcile(home, [{ key: "home", sign, build: () => renderBlocks(view.blocks ?? [], context) }]);
}

function unpublished() {
  return h("div", { class: "empty" }, avatar(bot()),
    h("h2", {}, "Nothing is here yet"),
    h("p", {}, "The app shows its Home once it has heard that you are looking."));
}

function renderMessages(channel) {
  const shown = channelMessages();
  messages.keep(`${store.me} ${channel.id}`, () =>
    reconcile(messages.list, messageItems(shown)));
  empty.hidden = shown.length > 0;
  messages.node.classList.toggle("is-empty", !shown.length);
  if (!shown.length) renderEmpty(channel);
  if (!document.hidden) markSeen();
  writing.show(`Message ${channel.is_im ? channelName(channel) : `#${channel.name}`}`);
  if (channel.id !== shownChannel && !store.thread && WRITES_AT_ONCE.matches) writing.focus();
  shownChannel = channel.id;
}

function renderEmpty(channel) {
  const app = bot();
  empty.replaceChildren(
    avatar(channel.is_im ? partner(channel) : app),
    h("h2", {}, channel.is_im ? `This is you and ${channelName(channel)}` : `Welcome to #${channel.name}`),
    h("p", {}, "It is quiet here. Try one of these:"),
    h("ul", { class: "tries" }, TRY.map(([text, why]) => h("li", {},
      h("button", { type: "button", class: "try", on: { click: () => writing.fill(text) } },
        h("code", {}, text), h("span", {}, why))))));
}
