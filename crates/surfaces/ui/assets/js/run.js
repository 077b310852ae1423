// On a run's page: choosing a call changes the right side only; j and k walk.
import { page, say } from "./fetch.js";

export const run = (setUp) => {
  const tree = document.querySelector("[data-tree]");
  if (!tree) return;
  const links = () => [...tree.querySelectorAll("a")];
  let asked = 0;
  const show = async (link, focus) => {
    const mine = ++asked;
    for (const one of links()) one.toggleAttribute("aria-current", false);
    link.setAttribute("aria-current", "true");
    link.scrollIntoView({ block: "nearest" });
    if (focus) link.focus();
    try {
      const fresh = (await page(link.href)).getElementById("detail");
      if (mine !== asked || !fresh) return;
      document.getElementById("detail").replaceWith(document.adoptNode(fresh));
      setUp(fresh);
      history.replaceState(null, "", link.href);
      say(document.getElementById("call-title")?.textContent ?? "");
    } catch { location.assign(link.href); }
  };
  tree.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link, false);
  });
  document.addEventListener("walk", (event) => {
    event.preventDefault();
    const all = links();
    const at = all.findIndex((link) => link.hasAttribute("aria-current"));
    const next = all[at + event.detail];
    if (next) show(next, true);
  });
};
