// On a run's page: choosing a call changes the right side only; j and k walk. The tree is swapped
// while the page is live, so it is looked up anew each time.
import { page, say } from "./fetch.js";

export const run = (setUp) => {
  const tree = () => document.querySelector("[data-tree]");
  if (!tree()) return;
  // The calls alone: the ways to earlier and later ones lead to pages of their own.
  const links = () => [...tree().querySelectorAll("ol a")];
  // The address names the call that is read, so that a newer one does not take its place.
  const chosen = links().find((link) => link.hasAttribute("aria-current"));
  if (chosen && !new URLSearchParams(location.search).has("node")) history.replaceState(null, "", chosen.href);
  if (chosen) tree().scrollTop = chosen.offsetTop - tree().clientHeight / 2;
  let asked = 0;
  const show = async (link, focus) => {
    const mine = ++asked;
    for (const one of links()) one.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    link.scrollIntoView({ block: "nearest" });
    if (focus) link.focus();
    history.replaceState(null, "", link.href);
    try {
      const fresh = (await page(link.href)).getElementById("detail");
      if (mine !== asked || !fresh) return;
      document.getElementById("detail").replaceWith(document.adoptNode(fresh));
      setUp(fresh);
      say(document.getElementById("call-title")?.textContent ?? "");
    } catch { location.assign(link.href); }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-tree] ol a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link, false);
  });
  document.addEventListener("walk", (event) => {
    event.preventDefault();
    const all = links();
    const at = all.findIndex((link) => link.hasAttribute("aria-current"));
    const next = all[at + event.detail];
    const beyond = tree().querySelector(event.detail < 0 ? "a[rel=prev]" : "a[rel=next]");
    if (next) show(next, true); else if (beyond) location.assign(beyond.href);
  });
};
