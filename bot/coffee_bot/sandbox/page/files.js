/** Files: those that come with a message, and those that a person is about to send. */

import { upload } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { store } from "./state.js";

/** Pictures that every browser draws; anything else is a name to click on. */
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const UNITS = ["bytes", "kB", "MB", "GB"];

/** What a message shows of its files. */
export function filesOf(message) {
  if (!message.files?.length) return null;
  return h("div", { class: "files" }, message.files.map(
    (file) => (PICTURES.has(file.mimetype) ? picture(file) : named(file))));
}

function picture(file) {
  return h("figure", { class: "picture" },
    h("figcaption", {}, file.title || file.name),
    h("a", { href: file.url, download: file.name },
      h("img", { src: file.url, alt: file.alt_txt || file.name, loading: "lazy" })));
}

function named(file) {
  return h("a", { class: "file", href: file.url, download: file.name },
    icon("file"), h("span", {}, file.name), h("small", {}, size(file.size)));
}

function size(bytes) {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const amount = bytes / 1000 ** step;
  return `${amount >= 10 || !step ? Math.round(amount) : amount.toFixed(1)} ${UNITS[step]}`;
}

/** Hand the files to the sandbox; return their ids, or the first refusal. */
export async function uploaded(picked) {
  const files = [];
  for (const file of picked) {
    const answer = await upload(store.me, file);
    if (!answer.ok) return { files, error: answer.error ?? `${file.name} was not sent.` };
    files.push(answer.id);
  }
  return { files };
}

/** The files that a composer will send: picked with its button, dropped or pasted into its box. */
export class Attachments {
  #picked = [];

  /**
   * @param {HTMLTextAreaElement} box
   * @param {function(): void} onChange
   */
  constructor(box, onChange) {
    this.onChange = onChange;
    this.input = h("input", { type: "file", multiple: true, hidden: true,
      "aria-label": "Files to attach", on: { change: () => this.#choose() } });
    this.button = h("span", { class: "attach" }, this.input,
      iconButton("clip", "Attach files", () => this.input.click()));
    this.chips = h("div", { class: "attached", hidden: true });
    box.addEventListener("paste", (event) => this.#bring(event, event.clipboardData));
    box.addEventListener("drop", (event) => this.#bring(event, event.dataTransfer));
  }

  get some() {
    return this.#picked.length > 0;
  }

  /** Hand them out and begin anew. */
  take() {
    const picked = this.#picked;
    this.drop();
    return picked;
  }

  drop() {
    this.put([]);
  }

  /** Hold just these. */
  put(picked) {
    this.#picked = picked;
    this.chips.hidden = !picked.length;
    this.chips.replaceChildren(...picked.map((file) => this.#chip(file)));
    this.onChange();
  }

  #chip(file) {
    const others = () => this.put(this.#picked.filter((one) => one !== file));
    return h("span", { class: "file" }, icon("file"), h("span", {}, file.name),
      iconButton("close", `Remove ${file.name}`, others));
  }

  #choose() {
    this.put([...this.#picked, ...this.input.files]);
    this.input.value = "";
  }

  #bring(event, data) {
    if (!data?.files.length) return;
    event.preventDefault();
    this.put([...this.#picked, ...data.files]);
  }
}
