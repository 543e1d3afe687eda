/**
 * Slack's mrkdwn -> DOM nodes.
 *
 * The text is as on the wire: `&`, `<` and `>` escaped, links and mentions in angle brackets
 * (docs.slack.dev, formatting message text). Whatever is not understood stays text.
 */

import { fragment, h } from "./dom.js";
import { emoji } from "./emoji.js";
import { dateOf, dateToken, full, liveAgo } from "./time.js";

/**
 * @typedef {object} Names How ids are shown.
 * @property {function(string): ({name: string, isMe: boolean}|null)} user
 * @property {function(string): (string|null)} channel
 * @property {function(string): (string|null)} group
 */

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Undo Slack's escaping, once: `&amp;lt;` becomes `&lt;`. */
export function decode(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

/**
 * @param {string} text
 * @param {Names} names
 * @returns {DocumentFragment}
 */
export function mrkdwn(text, names) {
  const parts = (text ?? "").split(/```(?:\n)?([\s\S]+?)```/);
  return fragment(parts.map((part, index) =>
    index % 2 ? preformatted(part, names) : paragraphs(part, names)));
}

function preformatted(text, names) {
  const shown = text.replace(/\n$/, "");
  return h("pre", {}, shown.split(/(<[^<>\n]+>)/).map((piece) => token(piece, names)));
}

const QUOTE = /^(?:&gt;|>) ?/;
const BULLET = /^\s*[•◦-] +/;
const NUMBER = /^\s*(\d+)[.)] +/;

/** Lines in runs of one kind: quotes, lists, plain. */
function paragraphs(text, names) {
  const trimmed = text.replace(/^\n|\n$/g, "");
  if (!trimmed) return null;
  const runs = [];
  for (const line of trimmed.split("\n")) {
    const kind = kindOf(line);
    if (runs.at(-1)?.kind === kind) runs.at(-1).lines.push(line);
    else runs.push({ kind, lines: [line] });
  }
  return runs.map((run) => RUNS[run.kind](run.lines, names));
}

function kindOf(line) {
  if (QUOTE.test(line)) return "quote";
  if (BULLET.test(line)) return "bullets";
  return NUMBER.test(line) ? "numbers" : "plain";
}

const RUNS = {
  quote: (lines, names) =>
    h("blockquote", {}, inline(lines.map((line) => line.replace(QUOTE, "")).join("\n"), names)),
  bullets: (lines, names) =>
    h("ul", {}, lines.map((line) => h("li", {}, inline(line.replace(BULLET, ""), names)))),
  numbers: (lines, names) => h("ol", { start: NUMBER.exec(lines[0])[1] },
    lines.map((line) => h("li", {}, inline(line.replace(NUMBER, ""), names)))),
  plain: (lines, names) => h("div", { class: "text" }, inline(lines.join("\n"), names)),
};

/**
 * @typedef {[string, function(string, Names): (Node|string)]} Rule
 *   The source of a pattern with one capturing group, and what is built from that group.
 */

/**
 * Text with every hit of the rules built and the rest decoded. Where two rules begin at the same
 * place the earlier one wins.
 *
 * @param {string} text
 * @param {{pattern: RegExp, rules: Rule[]}} grammar
 * @param {Names} [names]
 * @returns {(Node|string)[]}
 */
export function scan(text, { pattern, rules }, names) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const which = match.findIndex((group, index) => index > 0 && group !== undefined) - 1;
    found.push(decode(text.slice(end, match.index)), rules[which][1](match[which + 1], names));
    end = match.index + match[0].length;
  }
  return [...found, decode(text.slice(end))];
}

/** @param {Rule[]} rules */
export function grammar(rules) {
  return { pattern: new RegExp(rules.map(([source]) => source).join("|"), "gu"), rules };
}

// Emphasis opens after a non-word character and closes before one, as in Slack:
// 2*3*4 and snake_case_names stay as they are.
const emphasis = (mark) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)([^\\n${mark}]*?\\S)${mark}(?![\\p{L}\\p{N}${mark}])`;

const INLINE = grammar([
  ["`([^`\\n]+)`", (inside, names) => h("code", {}, tokens(inside, names))],
  ["(<[^<>\\n]+>)", (whole, names) => token(whole, names)],
  [emphasis("\\*"), (inside, names) => h("b", {}, inline(inside, names))],
  [emphasis("_"), (inside, names) => h("i", {}, inline(inside, names))],
  [emphasis("~"), (inside, names) => h("s", {}, inline(inside, names))],
  [":([a-z0-9_+\\-]+(?:::skin-tone-\\d)?):", (name) => emojiNode(name)],
  ["\\b(https?:\\/\\/[^\\s<>\\|]*[^\\s<>\\|.,;:!?\\)'\"*_~])", (url) => link(decode(url))],
]);

/** Inline mrkdwn. @returns {(Node|string)[]} */
export function inline(text, names) {
  return scan(text, INLINE, names);
}

function tokens(text, names) {
  return text.split(/(<[^<>\n]+>)/).map((piece) => token(piece, names));
}

/** `<...>` as what it stands for; any other text just unescaped. */
function token(piece, names) {
  const match = /^<([^<>\n]+)>$/.exec(piece);
  if (!match) return decode(piece);
  const [target, ...labels] = match[1].split("|");
  const label = labels.length ? decode(labels.join("|")) : null;
  const build = TARGETS[target[0]] ?? linkTo;
  return build(decode(target), label, names) ?? decode(piece);
}

const TARGETS = {
  "@": (target, label, names) => userMention(target.slice(1), names, label),
  "#": (target, label, names) => channelMention(target.slice(1), names, label),
  "!": (target, label, names) => special(target.slice(1), names, label),
};

function linkTo(target, label) {
  return /^(https?|mailto|tel):/i.test(target) ? link(target, label ?? undefined) : null;
}

/** A link that opens elsewhere; only ever http(s), mailto or tel. */
export function link(url, label = url.replace(/^mailto:/, "")) {
  if (!/^(https?|mailto|tel):/i.test(url)) return label;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

export function userMention(id, names, label = null) {
  const user = names.user(id);
  const mine = user?.isMe ? " mention-me" : "";
  return h("span", { class: `mention${mine}` }, `@${user?.name ?? label ?? id}`);
}

export function channelMention(id, names, label = null) {
  return h("span", { class: "mention" }, `#${names.channel(id) ?? label ?? id}`);
}

/** `@channel` and its kin. */
export function broadcastMention(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

function groupMention(id, names, label) {
  return h("span", { class: "mention" }, label ?? `@${names.group(id) ?? id}`);
}

function special(target, names, label) {
  const [name, seconds, pattern] = target.split("^");
  if (name === "date") return dateNode(seconds, pattern, label);
  if (name === "subteam") return groupMention(seconds, names, label);
  return ["here", "channel", "everyone"].includes(name) ? broadcastMention(name) : label;
}

/** A `<!date>`: in the reader's time zone, with the full moment as its tooltip. */
export function dateNode(seconds, pattern, fallback) {
  if (pattern === "{ago}") return liveAgo(seconds);
  const text = dateToken(seconds, pattern ?? "");
  if (!text) return fallback;
  return h("time", { datetime: dateOf(seconds).toISOString(), title: full(seconds) }, text);
}

/** An emoji with its short name for screen readers and tooltips. */
export function emojiNode(name) {
  const shown = emoji(name);
  if (shown.startsWith(":")) return shown;
  return h("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, shown);
}
