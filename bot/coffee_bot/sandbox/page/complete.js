/** Completion while writing: `/` commands, `@` people, `:` emoji. */

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { nameOf, store, users } from "./state.js";
import { COMMAND, VERBS } from "./verbs.js";

/**
 * @typedef {object} Choice
 * @property {string} insert What replaces the word.
 * @property {string} label
 * @property {string} [note]
 * @property {Node} [mark]
 */

/** What could complete the text before the caret. @returns {{from: number, choices: Choice[]}} */
function completions(before, inThread) {
  const found = SOURCES.map(([pattern, choose]) => ({ match: pattern.exec(before), choose }))
    .find(({ match }) => match);
  if (!found) return { from: 0, choices: [] };
  const { match, choose } = found;
  return { from: before.length - match[1].length, choices: choose(match, inThread) };
}

const SOURCES = [
  [/^(\/[\w-]* ?[\w-]*)$/, (match, inThread) => (inThread ? [] : commands(match[1]))],
  [/(?:^|\s)(@[\w.-]*)$/, (match) => people(match[1].slice(1))],
  [/(?:^|\s)(:[a-z0-9_+-]{2,})$/, (match) => emojis(match[1].slice(1))],
];

function commands(typed) {
  const lines = VERBS.map(([verb, takes, summary]) => ({
    insert: `${COMMAND} ${verb}${takes ? " " : ""}`,
    label: `${COMMAND} ${verb} ${takes}`,
    note: summary,
  }));
  return lines.filter(({ insert }) => startsWith(insert, typed));
}

const startsWith = (whole, start) =>
  whole.toLowerCase().startsWith(start.toLowerCase()) && whole.trim() !== start.trim();

function people(typed) {
  return users().filter((user) => !user.deleted && user.id !== store.me)
    .filter((user) => [user.name, nameOf(user)].some((name) => startsWith(`${name} `, typed)))
    .map((user) => ({
      insert: `@${user.name} `, label: nameOf(user), note: user.is_bot ? "app" : `@${user.name}`,
      mark: avatar(user, "small") }));
}

function emojis(typed) {
  return [...EMOJI].filter(([name]) => name.includes(typed))
    .map(([name, shown]) => ({
      insert: `:${name}: `, label: `:${name}:`, mark: h("span", { class: "emoji" }, shown) }));
}

/** Words with `code` among them. */
const spoken = (note) =>
  note.split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part));

const NOTHING = { from: 0, choices: [] };

/** The list above a composer. The box keeps the focus; the list is its combobox popup. */
export class Choices {
  #offer = NOTHING;
  #at = 0;
  #moved = false;

  /**
   * @param {HTMLTextAreaElement} box
   * @param {boolean} inThread
   * @param {function(): void} onAccept Called after the box's text was completed.
   */
  constructor(box, inThread, onAccept) {
    Object.assign(this, { box, inThread, onAccept });
    this.node = h("div", {
      id: `${box.id}-choices`, class: "choices-list", role: "listbox",
      "aria-label": "Completions", hidden: true });
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", this.node.id);
    box.addEventListener("blur", () => this.hide());
    this.hide();
  }

  /** Offer what fits the text before the caret. */
  offer() {
    this.#show(completions(this.box.value.slice(0, this.box.selectionStart), this.inThread));
  }

  hide() {
    this.#show(NOTHING);
  }

  #show(offer) {
    this.#offer = offer;
    this.#moved = false;
    const { choices } = offer;
    this.node.hidden = !choices.length;
    this.node.replaceChildren(...choices.map((choice, index) => this.#line(choice, index)));
    this.box.setAttribute("aria-expanded", String(choices.length > 0));
    this.#mark(0);
  }

  #mark(at) {
    this.node.children[this.#at]?.setAttribute("aria-selected", "false");
    this.#at = at;
    const marked = this.node.children[at];
    marked?.setAttribute("aria-selected", "true");
    marked?.scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", marked?.id ?? "");
  }

  #line(choice, index) {
    const accept = (event) => {
      event.preventDefault();
      this.#accept(index);
    };
    return h("div", {
      id: `${this.node.id}-${index}`, class: "choice-line", role: "option",
      "aria-selected": "false", on: { pointerdown: accept },
    }, choice.mark, h("span", {}, choice.label), choice.note && h("small", {}, spoken(choice.note)));
  }

  /** Handle a key if the list is open and the key is for it. */
  takes(event) {
    if (this.node.hidden || event.shiftKey) return false;
    const act = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      Escape: () => this.hide(),
      Tab: () => this.#accept(this.#at),
      Enter: this.#enterAccepts() ? () => this.#accept(this.#at) : undefined,
    }[event.key];
    act?.();
    return Boolean(act);
  }

  #move(step) {
    const { length } = this.#offer.choices;
    this.#moved = true;
    this.#mark((this.#at + step + length) % length);
  }

  /** "/coffee" is sent as typed, unless a longer line was chosen with the arrows. */
  #enterAccepts() {
    return this.#moved || !this.#offer.choices[this.#at].insert.startsWith("/");
  }

  #accept(index) {
    const { from, choices } = this.#offer;
    const head = this.box.value.slice(0, from) + choices[index].insert;
    this.box.value = head + this.box.value.slice(this.box.selectionStart);
    this.box.setSelectionRange(head.length, head.length);
    this.onAccept();
  }
}
