// Keeps an open page up to date: a nudge by server-sent events, then the part itself by a GET that is authorised anew.
// Rows stay where they are, so that nobody loses their place. Without this script every page is complete as loaded.
"use strict";
(() => {
  const parts = () => [...document.querySelectorAll("[data-live]")];
  if (!parts().length || !window.EventSource) return;
  let source = null, missed = false;
  const waiting = new Map();

  const say = (text) => { const at = document.querySelector("[data-live-says]"); if (at && text) at.textContent = `Changed: ${text}`; };
  const state = (text) => { const at = document.querySelector("[data-live-state]"); if (at) at.textContent = text; };

  async function renew(part) {
    const id = part.dataset.live;
    if (waiting.has(id)) { waiting.set(id, true); return; }
    waiting.set(id, false);
    try {
      const answer = await fetch(part.dataset.row, { headers: { Accept: "application/xhtml+xml" } });
      if (answer.status === 401) { stop(); state("You are signed out. Load the page again to sign in."); return; }
      if (!answer.ok) return;
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const fresh = holder.content.querySelector(`[data-live="${CSS.escape(id)}"]`);
      const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
      const open = [...part.querySelectorAll("details")].map((each) => each.open);
      if (!fresh || fresh.innerHTML === part.innerHTML) return;
      if (part.tagName === "TR") fresh.classList.add("app-changed");
      part.replaceWith(fresh);
      fresh.querySelectorAll("details").forEach((each, at) => { if (open[at] !== undefined) each.open = open[at]; });
      if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      say(fresh.dataset.says);
      state(`Changed at ${new Date().toLocaleTimeString("en-GB")}. Order and counts are as of when you loaded the page.`);
    } finally {
      const again = waiting.get(id);
      waiting.delete(id);
      if (again) parts().filter((each) => each.dataset.live === id).forEach(renew);
    }
  }
  const stop = () => { if (source) source.close(); source = null; };
  function start() {
    if (source || document.hidden) return;
    source = new EventSource("/live");
    source.addEventListener("provider", (told) => parts().filter((each) => told.data === "*" || each.dataset.live === told.data).forEach(renew));
    source.onopen = () => { document.documentElement.dataset.live = "open"; if (missed) parts().forEach(renew); missed = true; };
    source.onerror = () => { if (source && source.readyState === EventSource.CLOSED) { stop(); renew(parts()[0]); } };
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  window.addEventListener("pagehide", stop);
  start();
})();
