/** Slack's timestamps as people read them: local time, day names, "3 minutes ago". */

import { h } from "./dom.js";

const DAY_MS = 86_400_000;
const STEPS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** The Date of a message's `ts` ("1732260000.000100") or of seconds. */
export function dateOf(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

const format = (options) => new Intl.DateTimeFormat("en", options);
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const FULL = format({ dateStyle: "full", timeStyle: "medium" });
const LONG_DAY = format({ weekday: "long", month: "long", day: "numeric" });
const OLD_DAY = format({ weekday: "long", month: "long", day: "numeric", year: "numeric" });

/** "14:05" as the reader's own system writes it. */
export function clock(ts) {
  return CLOCK.format(dateOf(ts));
}

/** What the clock shows now in a time zone. */
export function clockIn(timeZone) {
  return new Date().toLocaleTimeString([], { timeZone, hour: "2-digit", minute: "2-digit" });
}

/** The moment in full, for tooltips. */
export function full(ts) {
  return FULL.format(dateOf(ts));
}

/** One value per local day, to group messages by. */
export function dayKey(ts) {
  return dateOf(ts).toDateString();
}

/** "Today", "Yesterday" or "Tuesday, November 3". */
export function dayName(ts, now = new Date()) {
  return pretty(dateOf(ts), now) ?? longDay(dateOf(ts), now);
}

function longDay(date, now) {
  return (date.getFullYear() === now.getFullYear() ? LONG_DAY : OLD_DAY).format(date);
}

function pretty(date, now) {
  const names = { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" };
  const midnight = (day) => new Date(day).setHours(0, 0, 0, 0);
  return names[Math.round((midnight(date) - midnight(now)) / DAY_MS)] ?? null;
}

/** "just now", "3 minutes ago", "in 2 hours". */
export function ago(ts, now = Date.now()) {
  const seconds = Math.round((dateOf(ts).getTime() - now) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? [];
  if (!unit) return "just now";
  return new Intl.RelativeTimeFormat("en", { numeric: "always" }).format(
    Math.trunc(seconds / size), unit);
}

/** A `<time>` whose words are kept true by `tick`. */
export function liveAgo(ts, prefix = "") {
  const data = { ago: ts, prefix };
  const attributes = { datetime: dateOf(ts).toISOString(), title: full(ts), data };
  return h("time", attributes, prefix + ago(ts));
}

/** Bring every "3 minutes ago" on the page up to date. */
export function tick() {
  for (const node of document.querySelectorAll("time[data-ago]")) {
    node.textContent = node.dataset.prefix + ago(node.dataset.ago);
  }
}

// The names inside `<!date^1732260000^{date_short} at {time}|fallback>` (docs.slack.dev,
// formatting message text).
const TOKENS = {
  date_num: (date) => date.toLocaleDateString("sv"),
  date: (date) => format({ dateStyle: "long" }).format(date),
  date_short: (date) => format({ dateStyle: "medium" }).format(date),
  date_long: (date) => format({ dateStyle: "full" }).format(date),
  time: (date) => CLOCK.format(date),
  time_secs: (date) => new Intl.DateTimeFormat(undefined, { timeStyle: "medium" }).format(date),
  ago: (date) => ago(date.getTime() / 1000),
};

/** Fill in a `<!date>` format; null if it is not one we can show. */
export function dateToken(seconds, pattern, now = new Date()) {
  const date = dateOf(seconds);
  if (Number.isNaN(date.getTime())) return null;
  return pattern.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name, wantsPretty) => {
    const near = wantsPretty ? pretty(date, now)?.toLowerCase() : null;
    return near ?? TOKENS[name]?.(date) ?? whole;
  });
}
