/** Input blocks: what a person fills in, and how it is read back as `view.state.values`. */

import { h } from "./dom.js";
import {
  choiceGroup, chosenOption, dropDown, element, readChoices, textObject, words,
} from "./elements.js";

/** Input type of Slack -> how HTML calls it, and the key of its value. */
const BOXES = {
  plain_text_input: ["text", "value"],
  email_text_input: ["email", "value"],
  url_text_input: ["url", "value"],
  number_input: ["number", "value"],
  datepicker: ["date", "selected_date"],
  timepicker: ["time", "selected_time"],
};

/** @type {WeakMap<Element, function(): object>} What each control reports. */
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
  if (item.type === "radio_buttons" || item.type === "checkboxes") {
    const group = choiceGroup(item, context);
    READERS.set(group, () => readChoices(item, group));
    return group;
  }
  if (item.type.endsWith("_select")) return select(item, block, context);
  return element(item, block.block_id, context) ?? h("em", {}, `A “${item.type}” is not shown here.`);
}

function select(item, block, context) {
  if (item.type.startsWith("multi_")) return multiSelect(item, context);
  const node = dropDown(item, context, block.block_id);
  node.required = !block.optional;
  READERS.set(node, () => chosenOption(item, node.value, context));
  return node;
}

function multiSelect(item, context) {
  const asChoices = { ...item, type: "checkboxes" };
  const group = choiceGroup(asChoices, context);
  READERS.set(group, () => readChoices(asChoices, group));
  return group;
}

function textBox(item, block) {
  const [type, key] = BOXES[item.type];
  const node = h(item.multiline ? "textarea" : "input", {
    class: "box", type: item.multiline ? null : type, rows: item.multiline ? 4 : null,
    placeholder: words(item.placeholder) || null, required: !block.optional,
    minlength: item.min_length, maxlength: item.max_length, min: item.min_value,
    max: item.max_value, step: item.is_decimal_allowed ? "any" : null,
  });
  node.value = item.initial_value ?? item.initial_date ?? item.initial_time ?? "";
  READERS.set(node, () => ({ [key]: node.value || null }));
  return node;
}

/**
 * All inputs below `root`, in the shape of Slack's `view.state.values`.
 *
 * @param {Element} root
 * @param {object[]} blocks The blocks that were rendered there.
 */
export function readValues(root, blocks) {
  const values = {};
  for (const block of blocks.filter((one) => one.type === "input")) {
    const { action_id: action, type } = block.element;
    const control = root.querySelector(`[data-read="${CSS.escape(`${block.block_id}/${action}`)}"]`);
    values[block.block_id] = { [action]: { type, ...READERS.get(control)?.() } };
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
