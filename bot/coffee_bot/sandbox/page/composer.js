/** The box to write in: Enter sends, Shift+Enter breaks the line, drafts stay with their place. */

import { Choices } from "./complete.js";
import { h, icon } from "./dom.js";
import { Attachments, uploaded } from "./files.js";
import { toast } from "./overlay.js";
import { actAsMe, store } from "./state.js";
import { grow } from "./writing.js";

/** One composer: the channel has one, the thread has one. `show` moves it to another place. */
export class Composer {
  #place = null;

  /**
   * @param {{inThread: boolean, onSend: function(): void}} options `onSend` is called before a
   *   message of one's own appears.
   */
  constructor({ inThread, onSend }) {
    Object.assign(this, { inThread, onSend });
    const id = inThread ? "thread-composer" : "composer";
    this.box = h("textarea", {
      id, class: "composer-box", rows: 1, autocomplete: "off", spellcheck: "false",
      "aria-label": inThread ? "Reply" : "Message",
      on: { input: () => this.#changed(), keydown: (event) => this.#key(event) } });
    this.send = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
    this.broadcast = h("input", { type: "checkbox" });
    this.choices = new Choices(this.box, inThread, () => this.#changed());
    this.files = new Attachments(this.box, () => this.#fit());
    this.node = h("form", { class: "composer", on: { submit: (event) => this.#submit(event) } },
      this.choices.node,
      this.files.chips,
      h("div", { class: "composer-frame" }, this.files.button, this.box, this.send),
      h("div", { class: "composer-foot" }, inThread ? this.#broadcastLabel() : keys()));
  }

  #broadcastLabel() {
    return h("label", { class: "broadcast" }, this.broadcast, "Also send to the channel");
  }

  /** Belong to the place on screen now, with its draft. `label` is the placeholder. */
  show(label) {
    this.box.placeholder = label;
    this.box.setAttribute("aria-label", label);
    const here = [store.me, store.channel, this.inThread ? store.thread : ""].join(" ");
    if (here === this.#place) return;
    this.#place = here;
    this.#write(store.drafts.get(here) ?? "");
    this.files.drop();
    this.choices.hide();
  }

  focus() {
    this.box.focus();
  }

  /** Put `text` in the box, ready to be sent. */
  fill(text) {
    this.#write(text);
    this.focus();
  }

  #write(text) {
    this.box.value = text;
    this.#fit();
  }

  #changed() {
    this.#fit();
    this.choices.offer();
  }

  #fit() {
    store.drafts.set(this.#place, this.box.value);
    grow(this.box);
    this.send.disabled = !this.box.value.trim() && !this.files.some;
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.choices.takes(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) this.#submit(event);
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text && !this.files.some) return;
    const from = this.#place;
    const message = { channel: store.channel, text, ...this.#threadFields() };
    const picked = this.files.take();
    this.choices.hide();
    this.#write("");
    this.onSend();
    this.broadcast.checked = false;
    const answer = await this.#send(message, picked);
    if (answer.ok) return;
    toast(answer.error ?? "The message was not sent.");
    if (this.#place !== from || this.box.value) return;
    this.files.put(picked);
    this.#write(text);
  }

  async #send(message, picked) {
    const { files, error } = await uploaded(picked);
    return error ? { ok: false, error } : actAsMe("say", { ...message, files });
  }

  #threadFields() {
    if (!this.inThread) return {};
    return { thread_ts: store.thread, broadcast: this.broadcast.checked };
  }
}

function keys() {
  return h("span", {}, h("kbd", {}, "Enter"), " sends, ", h("kbd", {}, "Shift"), "+",
    h("kbd", {}, "Enter"), " starts a new line");
}
