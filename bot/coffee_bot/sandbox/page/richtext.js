/** rich_text blocks and the standard Markdown of `markdown` blocks -> DOM nodes. */

import { fragment, h } from "./dom.js";
import {
  broadcastMention, channelMention, dateNode, decode, emojiNode, grammar, link, scan,
  userMention,
} from "./mrkdwn.js";

const STYLES = { bold: "b", italic: "i", strike: "s", code: "code" };

const LEAVES = {
  text: (leaf) => leaf.text,
  link: (leaf) => link(leaf.url, leaf.text ?? leaf.url),
  emoji: (leaf) => emojiNode(leaf.name),
  user: (leaf, names) => userMention(leaf.user_id, names),
  channel: (leaf, names) => channelMention(leaf.channel_id, names),
  broadcast: (leaf) => broadcastMention(leaf.range),
  date: (leaf) => dateNode(leaf.timestamp, leaf.format, leaf.fallback),
};

function leaf(element, names) {
  let node = LEAVES[element.type]?.(element, names) ?? element.text ?? "";
  for (const [style, tag] of Object.entries(STYLES)) {
    if (element.style?.[style]) node = h(tag, {}, node);
  }
  return node;
}

const leaves = (part, names) => part.elements.map((element) => leaf(element, names));

const PARTS = {
  rich_text_section: (part, names) => h("div", { class: "text" }, leaves(part, names)),
  rich_text_preformatted: (part, names) => h("pre", {}, leaves(part, names)),
  rich_text_quote: (part, names) => h("blockquote", {}, leaves(part, names)),
  rich_text_list: (part, names) => h(
    part.style === "ordered" ? "ol" : "ul",
    { class: `indent-${part.indent ?? 0}`, start: part.offset ? part.offset + 1 : null },
    part.elements.map((item) => h("li", {}, leaves(item, names)))),
};

/** A rich_text block. */
export function richText(block, names) {
  return fragment(block.elements.map((part) => PARTS[part.type]?.(part, names)));
}

// Standard Markdown, as far as agents write it. Each rule takes the lines it wants.
const FENCE = /^\s*```/;
const HEADING = /^(#{1,6}) +(.*?) *#*$/;
const RULE = /^ *([-*_])( *\1){2,} *$/;
const ITEM = /^( *)([-*+]|\d+[.)]) +(.*)$/;
const QUOTE = /^ *(?:>|&gt;) ?/;
const TABLE = /^ *\|.*\| *$/;

/** The text of a `markdown` block. */
export function markdown(text) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) nodes.push(takeBlock(lines));
  return fragment(nodes);
}

function takeBlock(lines) {
  if (!lines[0].trim()) return void lines.shift();
  if (FENCE.test(lines[0])) return takeFence(lines);
  const heading = HEADING.exec(lines[0]);
  if (heading) return lines.shift() && h("p", { class: "md-heading" }, spans(heading[2]));
  if (RULE.test(lines[0])) return lines.shift() && h("hr");
  if (ITEM.test(lines[0])) return takeList(lines);
  if (TABLE.test(lines[0])) return takeTable(lines);
  if (QUOTE.test(lines[0])) return takeQuote(lines);
  return h("p", {}, spans(takeWhile(lines, isPlain).join("\n")));
}

function isPlain(line) {
  return line.trim() && ![FENCE, HEADING, RULE, ITEM, QUOTE, TABLE].some((rule) => rule.test(line));
}

function takeWhile(lines, test) {
  const end = lines.findIndex((line) => !test(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function takeFence(lines) {
  lines.shift();
  const body = takeWhile(lines, (line) => !FENCE.test(line));
  lines.shift();
  return h("pre", {}, decode(body.join("\n")));
}

function takeQuote(lines) {
  const body = takeWhile(lines, (line) => QUOTE.test(line));
  return h("blockquote", {}, markdown(body.map((line) => line.replace(QUOTE, "")).join("\n")));
}

function takeList(lines) {
  const items = takeWhile(lines, (line) => ITEM.test(line)).map((line) => ITEM.exec(line));
  const ordered = /\d/.test(items[0][2]);
  return h(ordered ? "ol" : "ul", { start: ordered ? Number.parseInt(items[0][2], 10) : null },
    items.map(([, indent, , words]) =>
      h("li", { class: `indent-${Math.min(4, Math.floor(indent.length / 2))}` }, taskOrText(words))));
}

function taskOrText(words) {
  const task = /^\[([ xX])\] +(.*)$/.exec(words);
  return task ? [task[1] === " " ? "☐ " : "☑ ", ...spans(task[2])] : spans(words);
}

function takeTable(lines) {
  const rows = takeWhile(lines, (line) => TABLE.test(line))
    .filter((line) => !/^[\s|:-]+$/.test(line))
    .map((line) => line.trim().slice(1, -1).split("|"));
  const row = (cells, tag) => h("tr", {}, cells.map((cell) => h(tag, {}, spans(cell.trim()))));
  return h("table", {}, row(rows[0], "th"), rows.slice(1).map((cells) => row(cells, "td")));
}

const SPANS = grammar([
  ["`([^`\\n]+)`", (inside) => h("code", {}, decode(inside))],
  ["!?\\[([^\\]\\n]+\\]\\(https?:[^\\)\\s]+)\\)", (inside) => {
    const [label, url] = inside.split("](");
    return link(decode(url), decode(label));
  }],
  ["\\*\\*(?=\\S)([^\\n]+?)\\*\\*", (inside) => h("b", {}, spans(inside))],
  ["~~(?=\\S)([^\\n]+?)~~", (inside) => h("s", {}, spans(inside))],
  ["(?<![*\\w])\\*(?=\\S)([^*\\n]+?)\\*(?![*\\w])", (inside) => h("i", {}, spans(inside))],
  ["(?<![_\\w])_(?=\\S)([^_\\n]+?)_(?![_\\w])", (inside) => h("i", {}, spans(inside))],
  [":([a-z0-9_+\\-]+):", (name) => emojiNode(name)],
]);

const spans = (text) => scan(text, SPANS);
