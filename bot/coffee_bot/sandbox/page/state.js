/**
 * What the page knows: the sandbox's state, who is looking, and at what.
 *
 * The address carries the last three (`#user=U1&channel=C1&thread=173...`), so that a link opens
 * the same place and two windows can be two people.
 */

import { act, fetchState } from "./api.js";

export const store = {
  /** The sandbox's state as last fetched, or null before. */
  server: null,
  /** Ids and ts of the place on screen. `view` is "messages" or "home". */
  me: null,
  channel: null,
  thread: null,
  view: "messages",
  /** On a narrow screen: is the sidebar open? */
  menu: false,
  link: "connecting",
  /** Place -> what is written but not sent. @type {Map<string, string>} */
  drafts: new Map(),
  /** "user channel" -> the newest ts that was on screen. @type {Map<string, string>} */
  seen: new Map(),
  /** ts of the message being edited, or null. */
  editing: null,
};

const listeners = [];

/** Call `listener` after every change. */
export function subscribe(listener) {
  listeners.push(listener);
}

/** Change what is on screen. */
export function update(changes) {
  Object.assign(store, changes);
  for (const listener of listeners) listener();
}

let fetching = null;
let stale = false;

/** Fetch the state; calls during a fetch are answered by one more fetch after it. */
export function refresh() {
  stale = true;
  fetching ??= fetchAll().finally(() => (fetching = null));
  return fetching;
}

async function fetchAll() {
  while (stale) {
    stale = false;
    try {
      adopt(await fetchState());
    } catch {
      // The stream notices that the sandbox is gone, says so, and fetches when it is back.
      update({ link: "offline" });
    }
  }
}

function adopt(server) {
  const first = store.server === null;
  store.server = server;
  const place = first ? placeFromAddress() : store;
  const me = people().some((user) => user.id === place.me) ? place.me : people()[0]?.id ?? null;
  store.me = me;
  const channel = channelById(place.channel) ? place.channel : myChannels()[0]?.id ?? null;
  if (first) for (const user of people()) markAllSeen(user.id);
  update({ me, channel, thread: place.thread, view: place.view });
  if (first) lookAtApp();
}

function placeFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  return {
    me: given.get("user"),
    channel: given.get("channel"),
    thread: given.get("thread"),
    view: given.get("view") ?? "messages",
  };
}

/** Keep the address in step with the place on screen. */
export function writeAddress() {
  const place = new URLSearchParams({ user: store.me ?? "", channel: store.channel ?? "" });
  if (store.thread) place.set("thread", store.thread);
  if (store.view !== "messages") place.set("view", store.view);
  if (location.hash !== `#${place}`) history.replaceState(null, "", `#${place}`);
}

/** Follow an address typed or clicked while the page is open. */
export function followAddress() {
  if (store.server) goTo(placeFromAddress());
}

/** Show a place; what is not named is closed. */
export function goTo({ me = store.me, channel = store.channel, thread = null, view = "messages" }) {
  store.me = me;
  const reachable = myChannels().some((one) => one.id === channel);
  const shown = reachable ? channel : myChannels()[0]?.id ?? null;
  const moved = shown !== store.channel || view !== store.view;
  update({ channel: shown, thread: reachable ? thread : null, view, menu: false, editing: null });
  if (moved) lookAtApp();
}

/** Slack tells the app each time when somebody opens one of its tabs. */
function lookAtApp() {
  if (channelById(store.channel)?.is_im) {
    act("open_home", { user: store.me, tab: atHome() ? "home" : "messages" });
  }
}

/** Is the app's Home on screen, and not its messages or a channel? */
export const atHome = () => Boolean(
  store.view === "home" && store.server.app?.home && channelById(store.channel)?.is_im);

/** Show the direct message with the app; the first time it has to be opened. */
export async function goToApp() {
  const { channel } = await actAsMe("open_dm", {});
  await refresh();
  goTo({ channel });
}

export const users = () => store.server?.users ?? [];
export const userById = (id) => users().find((user) => user.id === id) ?? null;
export const channels = () => store.server?.channels ?? [];
export const channelById = (id) => channels().find((channel) => channel.id === id) ?? null;
export const bot = () => store.server?.bot ?? null;

/** Whom one can be: people who are still there, and somewhere. */
export const people = () => users().filter((user) =>
  !user.is_bot && !user.deleted && channels().some((channel) => isMember(channel, user.id)));

/** How a user is called on the page. */
export const nameOf = (user) => user?.real_name || user?.name || "Someone";

/** Channels and direct messages of `store.me`. */
export const myChannels = () => channels().filter((channel) => isMember(channel));

function isMember(channel, user = store.me) {
  return channel.user === user || channel.members.includes(user);
}

/** The other side of a direct message. */
export function partner(channel) {
  return userById(channel.members.find((id) => id !== store.me)) ?? bot();
}

/** "#general" without the sign, or the partner's name. */
export function channelName(channel) {
  return channel.is_im ? nameOf(partner(channel)) : channel.name;
}

const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;

/** Channel id -> what `sorted.me` sees there, worked out once for each fetched state. */
const sorted = { server: null, me: null, channels: new Map() };

function sort(channel) {
  if (sorted.server !== store.server || sorted.me !== store.me) {
    Object.assign(sorted, { server: store.server, me: store.me, channels: new Map() });
  }
  if (!sorted.channels.has(channel)) sorted.channels.set(channel, sortMessages(channel));
  return sorted.channels.get(channel);
}

function sortMessages(channel) {
  const mine = { all: new Map(), top: [], threads: new Map() };
  for (const message of store.server?.messages?.[channel] ?? []) {
    if (message.ephemeral_for && message.ephemeral_for !== store.me) continue;
    mine.all.set(message.ts, message);
    if (!isReply(message) || message.broadcast) mine.top.push(message);
    if (!isReply(message)) continue;
    const thread = mine.threads.get(message.thread_ts) ?? [];
    mine.threads.set(message.thread_ts, [...thread, message]);
  }
  return mine;
}

/** What belongs into the channel itself and `store.me` may see, oldest first. */
export const channelMessages = (channel = store.channel) => sort(channel).top;

/** The replies of a thread, oldest first. */
export const replies = (ts) => sort(store.channel).threads.get(ts) ?? [];

export const messageByTs = (ts) => sort(store.channel).all.get(ts) ?? null;

/** How mrkdwn shows ids. @type {import("./mrkdwn.js").Names} */
export const names = {
  user: (id) => {
    const user = userById(id);
    return user && { name: user.is_bot ? user.name : nameOf(user), isMe: id === store.me };
  },
  channel: (id) => channelById(id)?.name ?? null,
  group: (id) => store.server?.groups.find((group) => group.id === id)?.handle ?? null,
};

const newest = (channel) => channelMessages(channel).at(-1)?.ts ?? "0";

/** What is on screen counts as read. */
export function markSeen(channel = store.channel) {
  store.seen.set(`${store.me} ${channel}`, newest(channel));
}

function markAllSeen(user) {
  for (const { id } of channels()) store.seen.set(`${user} ${id}`, newest(id));
}

/** How many messages of others came since `store.me` last looked. */
export function unread(channel) {
  const seen = Number(store.seen.get(`${store.me} ${channel}`) ?? 0);
  return channelMessages(channel).filter(
    (message) => Number(message.ts) > seen && message.user !== store.me).length;
}

/** Act as `store.me`, then show what came of it. */
export async function actAsMe(verb, body) {
  const answer = await act(verb, { user: store.me, ...body });
  refresh();
  return answer;
}
