/** Block Kit blocks -> DOM nodes. Blocks of an unknown type are named, never dropped silently. */

import { h, icon } from "./dom.js";
import { element, textObject, words } from "./elements.js";
import { inputBlock } from "./inputs.js";
import { link } from "./mrkdwn.js";
import { markdown, richText } from "./richtext.js";

/**
 * @param {object[]} blocks
 * @param {import("./elements.js").Context} context
 * @returns {HTMLElement}
 */
export function renderBlocks(blocks, context) {
  return h("div", { class: "blocks" }, blocks.map((block) => renderBlock(block, context)));
}

function renderBlock(block, context) {
  const node = (BLOCKS[block.type] ?? unknown)(block, context);
  if (block.block_id) node.dataset.block = block.block_id;
  return node;
}

const BLOCKS = {
  header: (block, context) =>
    h("h3", { class: "block block-header" }, textObject(block.text, context)),
  section,
  divider: () => h("hr", { class: "block block-divider" }),
  context: (block, context) => h("div", { class: "block block-context" },
    block.elements.map((item) => h("div", { class: "context-item" },
      item.type === "image" ? element(item, block.block_id, context) : textObject(item, context)))),
  actions: (block, context) => h("div", { class: "block block-actions" },
    block.elements.map((item) => element(item, block.block_id, context))),
  image,
  rich_text: (block, context) =>
    h("div", { class: "block" }, richText(block, context.names)),
  markdown: (block) => h("div", { class: "block block-markdown" }, markdown(block.text)),
  input: inputBlock,
  video: (block) => h("div", { class: "block" }, link(block.title_url ?? "", words(block.title))),
};

function section(block, context) {
  const accessory = block.accessory && element(block.accessory, block.block_id, context);
  return h("div", { class: "block block-section" },
    h("div", { class: "section-body" },
      textObject(block.text, context),
      block.fields && h("div", { class: "fields" },
        block.fields.map((field) => h("div", { class: "field" }, textObject(field, context))))),
    accessory && h("div", { class: "accessory" }, accessory));
}

function image(block) {
  return h("figure", { class: "block block-image" },
    block.title && h("figcaption", {}, words(block.title)),
    h("div", { class: "image-alt", role: "img", "aria-label": block.alt_text },
      icon("file"), block.alt_text));
}

function unknown(block) {
  return h("div", { class: "block block-unknown" }, `A “${block.type}” block is not shown here.`);
}
