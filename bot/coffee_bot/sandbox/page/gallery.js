/** Every message that the app can show, one below the other, by the place where it is shown. */

import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { inline } from "./mrkdwn.js";
import { bot, names, nameOf, refresh, subscribe } from "./state.js";
import { tick } from "./time.js";

const TICK_MS = 20_000;

async function fetchExhibits() {
  const response = await fetch("/sandbox/gallery", { cache: "no-store" });
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}.`);
  return response.json();
}

/** Nothing here belongs to a conversation, so a press only shows what it would look like. */
const context = { names, act: async () => false, users: [], channels: [] };

function exhibit({ name, place, notifies, when, blocks }) {
  const loud = notifies === "nobody" ? "" : "tag-loud";
  return h("section", { class: "exhibit", id: name, data: { place } },
    h("header", { class: "exhibit-head" },
      h("h2", {}, h("a", { href: `#${name}` }, name)),
      h("span", { class: "tag" }, place),
      h("span", { class: `tag ${loud}` }, `notifies ${notifies}`),
      h("p", {}, inline(when, names))),
    h("article", { class: "message" },
      h("div", { class: "gutter" }, avatar(bot())),
      h("div", { class: "message-body" },
        h("div", { class: "byline" },
          h("span", { class: "author" }, nameOf(bot())), h("span", { class: "badge" }, "APP")),
        h("div", { class: "content" }, renderBlocks(blocks, context)))));
}

function draw(exhibits) {
  const places = [...new Set(exhibits.map(({ place }) => place))];
  document.getElementById("gallery").replaceChildren(
    h("header", { class: "gallery-head" },
      h("h1", {}, "Every message"),
      h("p", {}, `${exhibits.length} of them, as they look in Slack.`)),
    ...places.map((place) => h("div", { class: "hall", data: { hall: place } },
      h("h1", {}, place),
      exhibits.filter((one) => one.place === place).map(exhibit))));
}

const exhibits = await fetchExhibits();
subscribe(() => draw(exhibits));
setInterval(tick, TICK_MS);
refresh();
