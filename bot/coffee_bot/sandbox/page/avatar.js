/** Avatars drawn in CSS: initials on a colour that belongs to the id; a cup for a bot. */

import { h, icon } from "./dom.js";
import { nameOf } from "./state.js";

const TONES = 8;

function toneOf(id) {
  let sum = 0;
  for (const letter of id ?? "") sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return sum % TONES;
}

function initials(name) {
  const parts = name.trim().split(/\s+/);
  const letters = parts.length > 1 ? [parts[0], parts.at(-1)] : [parts[0]];
  return letters.map((part) => [...part][0]?.toUpperCase() ?? "?").join("");
}

/**
 * @param {object|null} user
 * @param {"large"|"small"} [size]
 */
export function avatar(user, size = "large") {
  const look = user?.is_bot ? "avatar-bot" : `tone-${toneOf(user?.id)}`;
  return h("span", { class: `avatar avatar-${size} ${look}`, "aria-hidden": "true" },
    user?.is_bot ? icon("cup") : initials(nameOf(user)));
}
