// Readouts: what the title of a column says, in an island that follows the pointer.
export const charts = (root) => {
  for (const canvas of root.querySelectorAll("[data-chart]:not([data-ready])")) {
    canvas.dataset.ready = "";
    const island = document.createElement("div");
    island.className = "island";
    island.hidden = true;
    island.setAttribute("aria-hidden", "true");
    canvas.append(island);
    for (const column of canvas.querySelectorAll(".col")) {
      const title = column.querySelector("title");
      if (!title) continue;
      const words = title.textContent;
      title.remove();
      column.addEventListener("pointerenter", () => {
        island.textContent = words;
        island.hidden = false;
        const frame = canvas.getBoundingClientRect();
        const box = column.getBoundingClientRect();
        const left = box.left + box.width / 2 - frame.left - island.offsetWidth / 2;
        island.style.left = `${Math.max(0, Math.min(left, frame.width - island.offsetWidth))}px`;
      });
    }
    canvas.addEventListener("pointerleave", () => { island.hidden = true; });
  }
};
