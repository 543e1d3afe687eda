/** Message lists that stay at their newest end, unless somebody reads further up. */

import { h, icon } from "./dom.js";

const NEAR_PX = 80;

/** A scrolling list with a button to jump down when something new came below. */
export class Scroller {
  #place = null;
  #following = true;

  /** @param {object} props Attributes of the list itself. */
  constructor(props) {
    this.list = h("div", props);
    this.pane = h("div", {
      class: "scroller", tabindex: "0", "aria-label": props["aria-label"],
      on: { scroll: () => this.#scrolled() } }, this.list);
    this.jump = h("button", {
      type: "button", class: "jump", hidden: true, on: { click: () => this.follow() },
    }, icon("down"), "New messages");
    this.node = h("div", { class: "scroller-frame" }, this.pane, this.jump);
    // A composer that grows, or a keyboard that opens, must not hide the newest message.
    new ResizeObserver(() => this.#following && this.follow()).observe(this.pane);
  }

  /**
   * Change the list with `change`, and keep the reader's place.
   *
   * @param {string} place What the list shows; another place begins at its end.
   * @param {function(): void} change
   */
  keep(place, change) {
    const follow = this.#following || place !== this.#place;
    this.#place = place;
    const last = this.#lastKey();
    change();
    if (follow) this.follow();
    else if (this.#lastKey() !== last) this.jump.hidden = false;
  }

  #lastKey() {
    return this.list.lastElementChild?.dataset.key;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.pane;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#following) this.jump.hidden = true;
  }

  /** Go to the newest end, and stay there. */
  follow() {
    this.pane.scrollTop = this.pane.scrollHeight;
    this.#following = true;
    this.jump.hidden = true;
  }
}
