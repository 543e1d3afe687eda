/** The sandbox's page: wire the parts together and keep them in step with the sandbox. */

import { listen } from "./api.js";
import { mountConversation, renderConversation } from "./conversation.js";
import { openLinksHere } from "./links.js";
import { renderSidebar } from "./sidebar.js";
import {
  channelById, channelName, followAddress, refresh, store, subscribe, update, writeAddress,
} from "./state.js";
import { mountThread, renderThread } from "./thread.js";
import { tick } from "./time.js";
import { renderModal } from "./views.js";

const TICK_MS = 20_000;

const part = (id) => document.getElementById(id);

function render() {
  if (!store.server) return;
  renderConversation();
  renderSidebar(part("sidebar"));
  renderThread(part("thread"));
  renderModal();
  writeAddress();
  const channel = channelById(store.channel);
  document.title = channel ? `${channelName(channel)} – ${store.server.team?.name ?? "Sandbox"}`
    : "Coffee sandbox";
  document.body.dataset.link = store.link;
}

function closeMenuOnClickOutside(event) {
  const button = event.target.closest(".menu-button");
  if (store.menu && !button && !part("sidebar").contains(event.target)) update({ menu: false });
}

mountConversation(part("conversation"));
mountThread(part("thread"));
subscribe(render);
openLinksHere();
addEventListener("hashchange", followAddress);
document.addEventListener("visibilitychange", render);
document.addEventListener("pointerdown", closeMenuOnClickOutside);
setInterval(tick, TICK_MS);
listen(refresh, (link) => update({ link }));
