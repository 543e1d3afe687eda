/** Input blocks: what a person fills in, and how it is read back. */

import { h } from "./dom.js";
import {
  choiceGroup, dropDown, element, readChoices, textObject, words,
} from "./elements.js";

/** Input type of Slack -> how HTML calls it. */
const BOXES = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
  datepicker: "date",
  timepicker: "time",
};

/** @type {WeakMap<Element, function(): (string|string[]|null)>} What was entered. */
const READERS = new WeakMap();

/** An input block with its label, hint and a place for the app's error. */
export function inputBlock(block, context) {
  const item = block.element;
  const control = buildControl(item, block, context);
  control.dataset.read = `${block.block_id}/${item.action_id}`;
  const tag = control.matches("input, textarea, select") ? "label" : "div";
  return h("div", { class: "block block-input" },
    h(tag, { class: "input-label" },
      h("span", {}, words(block.label), block.optional && h("small", {}, " (optional)")), control),
    block.hint && h("small", { class: "input-hint" }, textObject(block.hint, context)),
    h("p", { class: "input-error", role: "alert", hidden: true }));
}

function buildControl(item, block, context) {
  if (item.type in BOXES) return textBox(item, block);
  if (["radio_buttons", "checkboxes"].includes(item.type) || item.type.startsWith("multi_")) {
    const group = choiceGroup(item, context, block.block_id);
    READERS.set(group, () => readChoices(item, group));
    return group;
  }
  if (item.type.endsWith("_select")) return select(item, block, context);
  return element(item, block.block_id, context) ?? h("em", {}, `A “${item.type}” is not shown here.`);
}

function select(item, block, context) {
  const node = dropDown(item, context, block.block_id);
  node.required = !block.optional;
  READERS.set(node, () => node.value || null);
  return node;
}

function textBox(item, block) {
  const node = h(item.multiline ? "textarea" : "input", {
    class: "box", type: item.multiline ? null : BOXES[item.type], rows: item.multiline ? 4 : null,
    placeholder: words(item.placeholder) || null, required: !block.optional,
    minlength: item.min_length, maxlength: item.max_length, min: item.min_value,
    max: item.max_value, step: item.is_decimal_allowed ? "any" : null,
  });
  node.value = item.initial_value ?? item.initial_date ?? item.initial_time ?? "";
  READERS.set(node, () => node.value || null);
  return node;
}

/**
 * All inputs below `root`: block id -> action id -> what was entered.
 *
 * @param {Element} root
 * @param {object[]} blocks The blocks that were rendered there.
 */
export function readValues(root, blocks) {
  const values = {};
  for (const block of blocks.filter((one) => one.type === "input")) {
    const { action_id: action } = block.element;
    const control = root.querySelector(`[data-read="${CSS.escape(`${block.block_id}/${action}`)}"]`);
    if (READERS.has(control)) values[block.block_id] = { [action]: READERS.get(control)() };
  }
  return values;
}

/** Carry what was typed from an older rendering of a view to a newer one. */
export function carryInputs(older, newer) {
  for (const box of older.querySelectorAll(".box, select")) {
    const key = box.dataset.read;
    const same = key && newer.querySelector(`[data-read="${CSS.escape(key)}"]`);
    if (same) same.value = box.value;
  }
}

/** Show the app's complaints (block id -> text) below their inputs. */
export function showErrors(root, errors) {
  for (const node of root.querySelectorAll(".input-error")) node.hidden = true;
  for (const [blockId, text] of Object.entries(errors)) {
    const node = root.querySelector(`[data-block="${CSS.escape(blockId)}"] .input-error`);
    if (node) Object.assign(node, { textContent: text, hidden: false });
  }
}
