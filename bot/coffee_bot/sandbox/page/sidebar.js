/** The sidebar: the workspace, its channels and direct messages, and who one is. */

import { avatar } from "./avatar.js";
import { h, icon } from "./dom.js";
import { clockIn } from "./time.js";
import {
  bot, channelName, goTo, goToApp, myChannels, nameOf, partner, people, store, unread,
} from "./state.js";

const LINK_WORDS = { connecting: "Connecting", live: "Live", offline: "Reconnecting" };

/** Draw the sidebar into `root`. */
export function renderSidebar(root) {
  const mine = myChannels();
  const focused = root.contains(document.activeElement) && document.activeElement.dataset.focus;
  root.replaceChildren(
    workspace(),
    h("div", { class: "sidebar-scroll" },
      group("Channels", mine.filter((channel) => !channel.is_im).map(place)),
      directMessages(mine.filter((channel) => channel.is_im))),
    switcher());
  root.classList.toggle("open", store.menu);
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

function workspace() {
  return h("header", { class: "workspace" },
    h("span", { class: "avatar avatar-large avatar-bot" }, icon("cup")),
    h("div", {},
      h("strong", {}, store.server.team?.name ?? "Sandbox"),
      h("span", { class: `link link-${store.link}`, role: "status" }, LINK_WORDS[store.link])));
}

function group(title, places) {
  return h("section", { class: "group" },
    h("h2", {}, title),
    h("ul", {}, places.map((one) => h("li", {}, one))));
}

function directMessages(mine) {
  return group("Direct messages", mine.length ? mine.map(place) : [unopened(bot())]);
}

function unopened(app) {
  return h("button", {
    type: "button", class: "place", data: { focus: app.id }, on: { click: goToApp },
  }, avatar(app, "small"), h("span", { class: "place-name" }, nameOf(app)));
}

function place(channel) {
  const current = channel.id === store.channel;
  const count = current ? 0 : unread(channel.id);
  const name = channelName(channel);
  return h("button", {
    type: "button", class: count ? "place unread" : "place", data: { focus: channel.id },
    "aria-current": current ? "page" : null, on: { click: () => goTo({ channel: channel.id }) },
  },
  sign(channel), h("span", { class: "place-name" }, name),
  count > 0 && h("span", { class: "count-badge", "aria-label": `${count} new` }, String(count)));
}

function sign(channel) {
  if (channel.is_im) return avatar(partner(channel), "small");
  return icon(channel.is_private ? "lock" : "hash");
}

function switcher() {
  const name = "you-are";
  return h("fieldset", { class: "switcher" },
    h("legend", {}, "You are"),
    people().map((user) => h("label", {
      class: "person", title: zoneOf(user),
      // Minutes pass between two drawings.
      on: { pointerenter: (event) => { event.currentTarget.title = zoneOf(user); } },
    },
      h("input", {
        type: "radio", name, value: user.id, checked: user.id === store.me,
        data: { focus: `be ${user.id}` }, on: { change: () => goTo({ me: user.id }) },
      }),
      avatar(user, "small"), h("span", { class: "place-name" }, nameOf(user)),
      standing(user) && h("small", {}, standing(user)))));
}

/** Somebody's time zone, and what the clock shows there. */
function zoneOf(user) {
  return user.tz ? `${user.tz}, ${clockIn(user.tz)}` : null;
}

function standing(user) {
  if (user.is_stranger) return "another workspace";
  return user.is_restricted || user.is_ultra_restricted ? "guest" : null;
}
