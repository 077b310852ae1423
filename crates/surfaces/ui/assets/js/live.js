// Keeps an open page true: when something changed, asks for the page again, at most once a second,
// and swaps the pieces marked data-live. What one is using (focus, open menus, forms) stays.
// Where the server or the session is gone it says since when the page is not live, and tries again.
import { page, say } from "./fetch.js";

// How long to wait before the next try, in milliseconds, longer each time.
const WAITS = [2000, 5000, 10000, 30000];

const clock = (at) => at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

// The line that says so. Made when it is first needed; words only, since what is true is not known.
const notice = () => {
  const known = document.getElementById("not-live");
  if (known) return known;
  const line = document.createElement("p");
  line.id = "not-live";
  line.className = "not-live";
  line.hidden = true;
  const words = document.createElement("span");
  const link = document.createElement("a");
  link.className = "button";
  line.append(words, " ", link);
  document.querySelector("main").prepend(line);
  return line;
};

// A link that has the focus keeps it across a swap; a field or a button holds its piece.
const focused = (piece) => {
  const one = document.activeElement;
  return piece.contains(one) && one.matches("a[href]") ? one.getAttribute("href") : null;
};
const inUse = (piece) => (piece.contains(document.activeElement) && focused(piece) === null) || piece.querySelector("details[open], dialog[open], :user-invalid");

// How far one has scrolled inside a piece stays.
const boxes = (piece) => [piece, ...piece.querySelectorAll(".scroll, pre")];

const swap = (fresh, setUp) => {
  for (const old of document.querySelectorAll("[data-live]")) {
    if (!old.isConnected || old.parentElement.closest("[data-live]")) continue;
    const next = fresh.getElementById(old.id);
    if (!next || inUse(old)) continue;
    for (const title of next.querySelectorAll("time")) title.normalize();
    if (old.isEqualNode(next)) continue;
    const held = focused(old);
    const places = boxes(old).map((box) => [box.scrollLeft, box.scrollTop]);
    old.replaceWith(document.adoptNode(next));
    boxes(next).forEach((box, index) => { if (places[index]) [box.scrollLeft, box.scrollTop] = places[index]; });
    setUp(next);
    if (held !== null) next.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
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
  let tries = 0;
  const tell = (why) => {
    const line = notice();
    const [words, link] = line.children;
    if (line.hidden) {
      const since = `This page is not live since ${clock(new Date())}`;
      line.dataset.since = since;
      say(since);
    }
    const over = why === "signed out";
    words.textContent = `${line.dataset.since}: ${over ? "your session is over." : "the server does not answer. It is tried again."}`;
    link.hidden = !over;
    link.textContent = "Sign in";
    link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    line.hidden = false;
  };
  const well = () => {
    const line = document.getElementById("not-live");
    if (line && !line.hidden) { line.hidden = true; say("This page is live again"); }
  };
  const refresh = async () => {
    timer = 0;
    last = Date.now();
    try {
      const fresh = await page(location.href);
      if (!fresh.body.hasAttribute("data-app")) throw new Error("signed out");
      well();
      swap(fresh, setUp);
      newer(fresh);
      listen();
    } catch (error) {
      tell(error.message);
      again();
    }
  };
  const soon = () => { timer ||= setTimeout(refresh, Math.max(50, last + 1000 - Date.now())); };
  const again = () => { timer ||= setTimeout(refresh, WAITS[Math.min(tries++, WAITS.length - 1)]); };
  // A stream that ended asks for the page, which finds out why: the server, the session, or nothing.
  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource("/events");
    source.addEventListener("change", soon);
    source.addEventListener("open", () => { tries = 0; });
    source.addEventListener("error", () => { source?.close(); source = null; again(); });
  };
  // A hidden page gives its connection back: a browser has few of them for one host.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; } else { listen(); soon(); }
  });
  addEventListener("pagehide", () => { source?.close(); source = null; });
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); soon(); } });
  listen();
};
