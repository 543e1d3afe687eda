/** Boxes to write in: as high as their text, and a stored message as it was typed. */

import { decode } from "./mrkdwn.js";
import { channelById, userById } from "./state.js";

const MOST_PX = 240;

/** Make a textarea as high as its text, up to a limit. */
export function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, MOST_PX)}px`;
}

/** A stored message as its author typed it; the sandbox makes tokens of names again. */
export function readable(text) {
  const typed = text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (whole, id) => `@${userById(id)?.name ?? id}`)
    .replace(/<#(\w+)(?:\|[^>]*)?>/g, (whole, id) => `#${channelById(id)?.name ?? id}`)
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, "@$1")
    .replace(/<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>/g, "$1");
  return decode(typed);
}
