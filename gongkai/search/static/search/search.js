// Suggestions under a search box: attached to any input with data-suggest, which names the address that knows titles.
// Without it the box is a plain form, and so it stays when the address doesn't answer.

function attach(input) {
  const list = document.createElement("ul");
  list.className = "search-suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "检索提示");
  list.hidden = true;
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let waiting = 0;
  let asked = "";
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const options = [...list.children];
    if (!options.length) return;
    chosen = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };
  const take = (title) => {
    input.value = title.slice(0, input.maxLength > 0 ? input.maxLength : undefined);
    close();
    input.form.requestSubmit();
  };
  const show = (titles) => {
    list.replaceChildren(
      ...titles.map((title, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = title;
        // Before the box loses the focus, which would close the list.
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(title);
        });
        return option;
      }),
    );
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = titles.length === 0;
    input.setAttribute("aria-expanded", String(titles.length > 0));
  };
  const ask = async () => {
    const words = input.value.trim();
    if (!words) return close();
    if (words === asked && !list.hidden) return;
    asked = words;
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`, { credentials: "omit" });
      const { suggestions } = await answer.json();
      if (words === input.value.trim()) show(suggestions);
    } catch {
      close();
    }
  };

  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(ask, 150);
  });
  input.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? chosen + 1 : Math.max(chosen, 0) - 1);
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen].textContent);
    }
  });
}

document.querySelectorAll("input[data-suggest]").forEach(attach);
