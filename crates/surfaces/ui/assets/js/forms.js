// Shorter addresses (empty filters are left out), and switches turned from where they stand: what
// will happen is said beside the form, so one step is enough.
export const forms = (root) => {
  for (const form of root.querySelectorAll("form.sentence-form:not([data-ready])")) {
    form.dataset.ready = "";
    form.addEventListener("submit", () => {
      const idle = [...form.elements].filter((field) => field.name && field.value === "");
      for (const field of idle) field.disabled = true;
      setTimeout(() => { for (const field of idle) field.disabled = false; });
    });
    for (const select of form.querySelectorAll("select")) {
      select.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); form.requestSubmit(); } });
    }
  }
  for (const form of root.querySelectorAll("form[data-direct]:not([data-ready])")) {
    form.dataset.ready = "";
    const token = document.createElement("input");
    token.type = "hidden";
    token.name = "token";
    token.value = form.dataset.direct;
    form.append(token);
    form.method = "post";
    form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
  }
};
