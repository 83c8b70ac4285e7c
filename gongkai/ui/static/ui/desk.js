// Small behaviours attached by data- attributes to markup that already works without them.

// data-submit-on-change: a filter applies itself.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
  });
}

// data-warn-unsaved: leaving a page with typed, unsaved work asks first.
for (const form of document.querySelectorAll("form[data-warn-unsaved]")) {
  let changed = form.dataset.warnUnsaved === "changed";
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// data-once: a second click on the same button does nothing while the first is under way.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button && button.dataset.busy) { button.textContent = button.dataset.busy; button.setAttribute("aria-busy", "true"); }
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

// data-focus: an error summary takes the focus, so that it is read out first.
document.querySelector("[data-focus]")?.focus();

// data-print: prints the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// data-again: something is under way; the page is asked again after so many seconds, while somebody looks at it.
const underWay = document.querySelector("[data-again]");
if (underWay) {
  window.setInterval(() => { if (!document.hidden) window.location.reload(); }, 1000 * Number(underWay.dataset.again));
}
