// The palette: Ctrl+K, a few letters, Enter. A combobox as the ARIA authoring practices describe it.
import { say } from "./fetch.js";

export const palette = () => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = document.getElementById("palette-input");
  const list = document.getElementById("palette-list");
  let hits = [];
  let at = 0;
  let asked = 0;
  let timer = 0;

  const choose = (index) => {
    at = hits.length ? (index + hits.length) % hits.length : 0;
    [...list.children].forEach((item, position) => item.setAttribute("aria-selected", String(position === at)));
    const chosen = list.children[at];
    if (chosen) { input.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const go = (index) => { const hit = hits[index]; if (hit) { dialog.close(); location.assign(hit.href); } };
  const item = (hit, index) => {
    const line = document.createElement("li");
    line.id = `hit-${index}`;
    line.role = "option";
    for (const [name, text] of [["", hit.title], ["chip", hit.kind], ["muted", hit.detail]]) {
      const piece = document.createElement("span");
      piece.className = name;
      piece.textContent = text;
      line.append(piece);
    }
    line.addEventListener("click", () => go(index));
    return line;
  };
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(`/find.json?q=${encodeURIComponent(input.value)}`);
      if (!answer.ok || mine !== asked) return;
      hits = await answer.json();
    } catch { return; }
    if (mine !== asked) return;
    list.replaceChildren(...hits.map(item));
    input.setAttribute("aria-expanded", String(hits.length > 0));
    choose(0);
    say(hits.length === 1 ? "1 result" : `${hits.length} results`);
  };
  const open = () => { dialog.showModal(); input.select(); ask(); };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 80); });
  input.addEventListener("keydown", (event) => {
    const does = { ArrowDown: () => choose(at + 1), ArrowUp: () => choose(at - 1), Enter: () => go(at) }[event.key];
    if (does) { event.preventDefault(); does(); }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); if (!dialog.open) open(); }
  });
  for (const link of document.querySelectorAll("[data-palette]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); open(); });
  }
};
