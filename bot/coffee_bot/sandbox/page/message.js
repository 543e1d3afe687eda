/** One message: its author, its content, its reactions and what one can do with it. */

import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { h, icon, iconButton } from "./dom.js";
import { editor } from "./editor.js";
import { EMOJI, FAVOURITES, emoji } from "./emoji.js";
import { filesOf } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { confirmed, openMenu, succeeded } from "./overlay.js";
import {
  actAsMe, bot, channels, goTo, messageByTs, nameOf, names, replies, store, update, userById, users,
} from "./state.js";
import { clock, dateOf, dayKey, dayName, full, liveAgo } from "./time.js";

const GROUP_SECONDS = 300;
const SYSTEM = new Set(["channel_join", "channel_leave", "channel_topic", "tombstone"]);

const authorOf = (message) =>
  userById(message.user) ?? { id: message.user, name: message.name, is_bot: message.is_bot };

/**
 * The items of a message list for `reconcile`, with a divider before each new day.
 *
 * @param {object[]} messages
 * @param {{inThread?: boolean}} [options]
 */
export function messageItems(messages, { inThread = false } = {}) {
  return messages.flatMap((message, index) => {
    const before = messages[index - 1];
    const newDay = !before || dayKey(before.ts) !== dayKey(message.ts);
    const follows = !newDay && continues(before, message);
    const item = messageItem(message, { follows, inThread });
    return newDay && !inThread ? [dayItem(message.ts), item] : [item];
  });
}

function dayItem(ts) {
  const name = dayName(ts);
  const build = () => h("div", { class: "day", role: "separator" }, h("span", {}, name));
  return { key: `day ${dayKey(ts)}`, sign: name, build };
}

function continues(before, message) {
  return before.user === message.user && !before.pinned && !message.pinned && !SYSTEM.has(before.subtype)
    && !before.ephemeral_for === !message.ephemeral_for
    && !message.broadcast && !before.broadcast
    && Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}

function messageItem(message, look) {
  const answers = look.inThread ? [] : replies(message.ts).filter((one) => !one.ephemeral_for);
  const editing = store.editing === message.ts;
  const sign = JSON.stringify([
    message, look, editing, store.me, store.channel, answers.map(({ ts, user }) => [ts, user])]);
  return { key: message.ts, sign, build: () => build(message, { ...look, answers, editing }) };
}

function build(message, look) {
  const author = authorOf(message);
  if (SYSTEM.has(message.subtype)) return systemLine(message, author);
  const classes = ["message", look.follows && "follows", message.ephemeral_for && "ephemeral",
    message.pinned && "pinned"];
  return h("article", {
    class: classes.filter(Boolean).join(" "), tabindex: "-1",
    data: { ts: message.ts }, "aria-label": `${nameOf(author)}, ${clock(message.ts)}`,
  },
  h("div", { class: "gutter" }, look.follows ? timeOf(message, "hover-time") : avatar(author)),
  h("div", { class: "message-body" },
    message.ephemeral_for && privacyNote(),
    message.pinned && pinnedNote(),
    !look.inThread && message.broadcast && broadcastNote(message),
    !look.follows && byline(author, message),
    look.editing ? editor(message) : content(message),
    reactions(message),
    threadLink(message, look.answers)),
  look.editing || message.ephemeral_for ? null : toolbar(message, look));
}

function systemLine(message, author) {
  const text = message.subtype === "tombstone"
    ? "This message was deleted." : [h("b", {}, nameOf(author)), " ", mrkdwn(message.text, names)];
  return h("div", { class: "message system", data: { ts: message.ts } },
    h("div", { class: "gutter" }), h("div", { class: "message-body" }, text));
}

function privacyNote() {
  return h("div", { class: "note" }, icon("eye"), "Only visible to you");
}

function pinnedNote() {
  return h("div", { class: "note note-pin" }, icon("pin"), "Pinned to this channel");
}

function broadcastNote(message) {
  const parent = messageByTs(message.thread_ts);
  return h("button", {
    type: "button", class: "note note-link", on: { click: () => openThread(message.thread_ts) },
  }, "replied to a thread: ", h("span", {}, (parent?.text ?? "").slice(0, 80) || "show it"));
}

function byline(author, message) {
  return h("div", { class: "byline" },
    h("span", { class: "author" }, nameOf(author)),
    author.is_bot && h("span", { class: "badge" }, "APP"),
    timeOf(message, "time"));
}

function timeOf(message, name) {
  const moment = { datetime: dateOf(message.ts).toISOString(), title: full(message.ts) };
  return h("time", { class: name, ...moment }, clock(message.ts));
}

function content(message) {
  const shown = message.blocks?.length
    ? renderBlocks(message.blocks, contextOf(message)) : mrkdwn(message.text, names);
  const edited = message.edited && h("span", { class: "edited" }, "(edited)");
  return h("div", { class: "content" }, shown, edited, filesOf(message));
}

function contextOf(message) {
  const place = { channel: store.channel, ts: message.ts };
  const act = async (action) => succeeded(await actAsMe("press", { ...place, ...action }));
  return { names, act, users: users(), channels: channels() };
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions", "aria-label": "Reactions" },
    message.reactions.map((reaction) => chip(message, reaction)));
}

function chip(message, { name, users: by }) {
  const who = by.map((id) => (id === store.me ? "you" : nameOf(userById(id)))).join(", ");
  const mine = by.includes(store.me);
  return h("button", {
    type: "button", class: mine ? "chip mine" : "chip", "aria-pressed": String(mine),
    title: `${who} reacted with :${name}:`, "aria-label": `${name}, ${by.length}: ${who}`,
    data: { focus: `react/${name}` }, on: { click: () => react(message, name) },
  }, h("span", { class: "emoji" }, emoji(name)), String(by.length));
}

async function react(message, name) {
  const by = message.reactions.find((reaction) => reaction.name === name)?.users ?? [];
  const remove = by.includes(store.me);
  succeeded(await actAsMe("react", { channel: store.channel, ts: message.ts, name, remove }));
}

function openThread(ts) {
  goTo({ thread: ts });
}

function threadLink(message, answers) {
  if (!answers.length) return null;
  const faces = [...new Set(answers.map((answer) => answer.user))].slice(0, 4);
  const count = answers.length === 1 ? "1 reply" : `${answers.length} replies`;
  return h("button", {
    type: "button", class: "thread-link", data: { focus: "thread" },
    on: { click: () => openThread(message.ts) },
  },
  h("span", { class: "faces" }, faces.map((id) => avatar(userById(id) ?? bot(), "small"))),
  h("span", { class: "count" }, count),
  liveAgo(answers.at(-1).ts, "Last reply "));
}

function toolbar(message, look) {
  const mine = message.user === store.me;
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" },
    iconButton("smile", "Add a reaction", (event) => pickReaction(event.currentTarget, message), {
      "aria-haspopup": "menu", data: { focus: "smile" } }),
    !look.inThread && iconButton("reply", "Reply in thread", () =>
      openThread(message.thread_ts ?? message.ts), { data: { focus: "reply" } }),
    store.server.app?.shortcuts.length > 0 && iconButton("more", "More actions", (event) =>
      offerShortcuts(event.currentTarget, message), {
      "aria-haspopup": "menu", data: { focus: "more" } }),
    mine && iconButton("edit", "Edit message", () => update({ editing: message.ts }), {
      data: { focus: "edit" } }),
    mine && iconButton("trash", "Delete message", () => remove(message), {
      data: { focus: "trash" } }));
}

function pickReaction(anchor, message) {
  openMenu(anchor, FAVOURITES.map((name) => ({
    label: name,
    content: h("span", { class: "emoji" }, EMOJI.get(name)),
    choose: () => react(message, name),
  })), { label: "Reactions", grid: true });
}

/** What the app offers to do with any message. */
function offerShortcuts(anchor, message) {
  openMenu(anchor, store.server.app.shortcuts.map((one) => ({
    label: one.name,
    content: h("span", { class: "shortcut" }, icon("cup"), h("span", {}, one.name)),
    choose: async () => succeeded(await actAsMe("shortcut", {
      channel: store.channel, ts: message.ts, callback_id: one.callback_id })),
  })), { label: "More actions" });
}

async function remove(message) {
  const sure = await confirmed({
    title: "Delete message", text: "Delete this message for everyone?", confirm: "Delete",
    danger: true });
  if (sure) succeeded(await actAsMe("delete", { channel: store.channel, ts: message.ts }));
}
