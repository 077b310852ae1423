// Keys: ? help, / filter, g + letter to go, j and k in tables, x for the switch, Ctrl+K elsewhere.
const KEY = "countersign.keys";
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");

const rows = (step) => {
  const links = [...document.querySelectorAll("main tbody th a")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = links[Math.max(0, Math.min(links.length - 1, at + step))] ?? links[0];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
};

export const keys = () => {
  const help = document.getElementById("help");
  if (!help) return;
  const toggle = document.getElementById("keys-on");
  let on = true;
  try { on = localStorage.getItem(KEY) !== "off"; } catch { /* no storage: keys stay on */ }
  toggle.checked = on;
  toggle.addEventListener("change", () => {
    on = toggle.checked;
    try { localStorage.setItem(KEY, on ? "on" : "off"); } catch { /* kept for this page */ }
  });
  for (const button of document.querySelectorAll("[data-help]")) {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  }
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "Escape") { for (const menu of document.querySelectorAll("details.who[open]")) menu.open = false; return; }
    if (!on) return;
    if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const filter = document.querySelector("[data-filter]");
    const turn = document.querySelector("form.switch input[name=reason], [data-switch]");
    const does = {
      "?": () => help.showModal(),
      "/": () => (filter ? filter.focus() : document.querySelector("[data-palette]").click()),
      g: () => { going = Date.now(); },
      j: () => document.dispatchEvent(new CustomEvent("walk", { detail: 1, cancelable: true })) && rows(1),
      k: () => document.dispatchEvent(new CustomEvent("walk", { detail: -1, cancelable: true })) && rows(-1),
      x: () => turn?.focus(),
    }[event.key];
    if (does) { event.preventDefault(); does(); }
  });
};
