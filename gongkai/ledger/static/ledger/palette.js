// Inserts a token at the cursor and filters the list of tokens. The page works without it: tokens can be typed.
const list = document.querySelector("[data-token-palette]");
const target = document.querySelector("[data-token-target]");
if (list && target) {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-token]");
    if (!button) return;
    target.setRangeText(button.dataset.token, target.selectionStart, target.selectionEnd, "end");
    target.focus();
  });
  const search = list.querySelector("[data-token-search]");
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const item of list.querySelectorAll("[data-token-words]")) {
      item.hidden = wanted !== "" && !item.dataset.tokenWords.toLowerCase().includes(wanted);
    }
  });
}
