/**
 * Block Kit's interactive elements: buttons and selects that act at once, inputs that a modal
 * reads when it is submitted.
 */

import { h, icon } from "./dom.js";
import { emojiNode, mrkdwn } from "./mrkdwn.js";
import { confirmed, openMenu } from "./overlay.js";

/**
 * @typedef {object} Context Where blocks are shown.
 * @property {import("./mrkdwn.js").Names} names
 * @property {function(object): Promise<void>} act Report an action to the app.
 * @property {object[]} users
 * @property {object[]} channels
 */

/** A text object: plain_text shows emoji only, mrkdwn everything. */
export function textObject(text, context) {
  if (!text) return null;
  if (typeof text === "string") return text;
  return text.type === "mrkdwn" ? mrkdwn(text.text, context.names) : plain(text);
}

function plain(text) {
  // A plain_text object knows emoji, unless it says otherwise, but neither mentions nor emphasis.
  if (text.emoji === false) return text.text;
  const parts = text.text.split(/:([a-z0-9_+-]+):/);
  return parts.map((part, index) => (index % 2 ? emojiNode(part) : part));
}

/** The words of a text object, for labels and attributes. */
export const words = (text) => (typeof text === "string" ? text : text?.text ?? "");

/** Any element of a section, an actions block or a context. */
export function element(item, blockId, context) {
  return ELEMENTS[item.type]?.(item, blockId, context) ?? null;
}

const ELEMENTS = {
  button,
  overflow,
  static_select: actingSelect,
  users_select: actingSelect,
  conversations_select: actingSelect,
  channels_select: actingSelect,
  radio_buttons: actingChoices,
  checkboxes: actingChoices,
  image: (item) => h("span", { class: "image-alt", role: "img", "aria-label": item.alt_text },
    icon("file"), item.alt_text),
};

async function press(node, item, blockId, context, value) {
  if (item.confirm && !(await confirmed(confirmWords(item.confirm, context)))) return;
  node.setAttribute("aria-busy", "true");
  await context.act({ action_id: item.action_id, block_id: blockId, value });
  node.removeAttribute("aria-busy");
}

function confirmWords(object, context) {
  return {
    title: words(object.title) || "Are you sure?",
    text: textObject(object.text, context) ?? "",
    confirm: words(object.confirm) || "Yes",
    deny: words(object.deny) || "Cancel",
    danger: object.style === "danger",
  };
}

function button(item, blockId, context) {
  const props = { class: `button ${item.style ?? ""}`, "aria-label": item.accessibility_label };
  const data = { focus: `${blockId}/${item.action_id}`, action: item.action_id };
  const pressed = (event) =>
    press(event.currentTarget, item, blockId, context, item.value ?? "");
  const label = textObject(item.text, context);
  if (!item.url) return h("button", { type: "button", ...props, data, on: { click: pressed } }, label);
  const safe = /^https?:/i.test(item.url) ? item.url : null;
  const opens = { href: safe, target: "_blank", rel: "noopener noreferrer" };
  return h("a", { ...props, ...opens, data, on: { click: pressed } }, label);
}

function overflow(item, blockId, context) {
  const open = (event) => openMenu(event.currentTarget, item.options.map((option) => ({
    label: words(option.text),
    choose: () => press(node, item, blockId, context, option.value),
  })), { label: "More actions" });
  const node = h("button", {
    type: "button", class: "button button-square", "aria-label": "More actions",
    "aria-haspopup": "menu", "aria-expanded": "false",
    data: { focus: `${blockId}/${item.action_id}`, action: item.action_id }, on: { click: open },
  }, icon("more"));
  return node;
}

function actingSelect(item, blockId, context) {
  const changed = (event) =>
    press(event.currentTarget, item, blockId, context, event.currentTarget.value || null);
  return dropDown(item, context, blockId, { change: changed });
}

function actingChoices(item, blockId, context) {
  const changed = (event) => {
    const group = event.currentTarget;
    press(group, item, blockId, context, readChoices(item, group));
  };
  return choiceGroup(item, context, blockId, { change: changed });
}

/** The options of a select, whoever supplies them. */
function optionsOf(item, context) {
  const option = (id, name) => ({ value: id, text: { type: "plain_text", text: name } });
  if (item.type.includes("users")) return context.users.map((user) => option(user.id, user.name));
  if (item.type.includes("conversations") || item.type.includes("channels")) {
    return context.channels.filter((one) => !one.is_im).map((one) => option(one.id, `#${one.name}`));
  }
  return item.options ?? item.option_groups?.flatMap((group) => group.options) ?? [];
}

/** A native select: it works with every keyboard, screen reader and phone. */
export function dropDown(item, context, blockId, on = {}) {
  const first = item.initial_option?.value ?? item.initial_user ?? item.initial_channel
    ?? item.initial_conversation ?? "";
  const option = (value, label) => h("option", { value, selected: value === first }, label);
  const label = words(item.placeholder) || "Choose";
  return h("select", {
    class: "select", "aria-label": label, on,
    data: { focus: `${blockId}/${item.action_id}`, action: item.action_id },
  }, option("", label), optionsOf(item, context).map((one) => option(one.value, words(one.text))));
}

/** Radio buttons; or checkboxes, which also stand for selects of many. */
export function choiceGroup(item, context, blockId, on = {}) {
  const type = item.type === "radio_buttons" ? "radio" : "checkbox";
  const first = [item.initial_option, ...(item.initial_options ?? [])].map((one) => one?.value);
  const name = `${blockId}/${item.action_id}`;
  return h("div", { class: "choices", role: "group", data: { action: item.action_id }, on },
    optionsOf(item, context).map((one) => h("label", { class: "choice" },
      h("input", { type, name, value: one.value, checked: first.includes(one.value) }),
      h("span", {}, textObject(one.text, context),
        one.description && h("small", {}, textObject(one.description, context))))));
}

/** What is ticked: one value of radio buttons, else a list. */
export function readChoices(item, group) {
  const ticked = [...group.querySelectorAll("input:checked")].map((input) => input.value);
  return item.type === "radio_buttons" ? ticked[0] ?? null : ticked;
}
