// Buttons that copy. They are hidden until there is a clipboard to copy to.
import { say } from "./fetch.js";

export const copy = (root) => {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const before = "copyAddress" in button.dataset ? location.origin : "";
      try {
        await navigator.clipboard.writeText(before + source.textContent);
        say("Copied");
        const words = button.textContent;
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = words; }, 1500);
      } catch { say("Could not copy"); }
    });
  }
};
