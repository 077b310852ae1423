// Keeps an open page true: when something changed, asks for the page again, at most once a second,
// and swaps the pieces marked data-live. What one is using (focus, open menus, forms) stays.
import { page, say } from "./fetch.js";

const inUse = (piece) => piece.contains(document.activeElement) || piece.querySelector("details[open], dialog[open], :user-invalid");

const swap = (fresh, setUp) => {
  for (const old of document.querySelectorAll("[data-live]")) {
    if (!old.isConnected || old.parentElement.closest("[data-live]")) continue;
    const next = fresh.getElementById(old.id);
    if (!next || inUse(old)) continue;
    for (const title of next.querySelectorAll("time")) title.normalize();
    if (old.isEqualNode(next)) continue;
    old.replaceWith(document.adoptNode(next));
    setUp(next);
  }
};

// New rows are counted, not pushed in: what one reads never moves.
const newer = (fresh) => {
  const list = document.querySelector("[data-prepend]");
  if (!list) return;
  const known = new Set([...list.querySelectorAll("tr[data-key]")].map((row) => row.dataset.key));
  const rows = [...fresh.querySelectorAll("[data-prepend] tr[data-key]")];
  const first = rows.findIndex((row) => known.has(row.dataset.key));
  const count = first < 0 ? rows.length : first;
  const bar = list.querySelector(".newer");
  if (!bar || count === 0) return;
  const words = `${count}${first < 0 ? "+" : ""} new`;
  if (bar.textContent.trim() !== words) { bar.querySelector("[data-newer]").textContent = words; say(`${words} runs`); }
  bar.hidden = false;
};

export const live = (setUp) => {
  if (!document.body.hasAttribute("data-app") || !document.querySelector("[data-live], [data-prepend]")) return;
  let source = null;
  let last = 0;
  let timer = 0;
  const refresh = async () => {
    timer = 0;
    last = Date.now();
    try {
      const fresh = await page(location.href);
      swap(fresh, setUp);
      newer(fresh);
    } catch { /* the next change asks again */ }
  };
  const soon = () => { timer ||= setTimeout(refresh, Math.max(50, last + 1000 - Date.now())); };
  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource("/events");
    source.addEventListener("change", soon);
  };
  // A hidden page gives its connection back: a browser has few of them for one host.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; } else { listen(); soon(); }
  });
  addEventListener("pagehide", () => { source?.close(); source = null; });
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); soon(); } });
  listen();
};
