/* What a reader may choose: size of text, contrast, 长者模式, reading aloud, a word before leaving the site.
   Kept on the reader's own device. The page is whole without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  const head = document.currentScript.parentElement;
  const kept = { get(name) { try { return localStorage.getItem(name) || ""; } catch { return ""; } }, set(name, value) { try { localStorage.setItem(name, value); } catch { /* a private window keeps nothing */ } } };

  const sheet = (name, on) => {
    let link = head.querySelector(`link[data-chosen="${name}"]`);
    if (on && !link) {
      link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = head.querySelector(`link[href*="public-${name}"]`).getAttribute("href");
      link.dataset.chosen = name;
      link.setAttribute("blocking", "render");
      head.append(link);
    } else if (!on && link) link.remove();
    root.classList.toggle(name, on);
  };
  const size = (step) => { if (step > 1) root.dataset.size = step; else delete root.dataset.size; };

  root.classList.add("scripted");
  size(Number(kept.get("size")) || 1);
  for (const name of ["contrast", "elder"]) if (kept.get(name) === "1") sheet(name, true);

  const ready = () => {
    const box = document.querySelector("[data-comfort]");
    if (!box) return;
    box.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.size) {
        const now = Number(root.dataset.size) || 1;
        const next = button.dataset.size === "larger" ? Math.min(now + 1, 3) : 1;
        size(next);
        kept.set("size", next > 1 ? String(next) : "");
      }
      for (const name of ["contrast", "elder"]) {
        if (name in button.dataset) {
          const on = !root.classList.contains(name);
          sheet(name, on);
          kept.set(name, on ? "1" : "");
          button.setAttribute("aria-pressed", String(on));
        }
      }
    });
    for (const name of ["contrast", "elder"]) box.querySelector(`[data-${name}]`).setAttribute("aria-pressed", String(root.classList.contains(name)));
    readAloud(box.querySelector("[data-aloud]"));
    document.addEventListener("click", leaving);
  };

  /* Only voices that stand on the device: the others send the text away. */
  const readAloud = (button) => {
    const speech = window.speechSynthesis, text = document.querySelector("[data-read]");
    if (!speech || !text) return;
    const voice = () => speech.getVoices().find((one) => one.localService && /^zh/i.test(one.lang));
    const offer = () => { button.hidden = !voice(); };
    offer();
    speech.addEventListener?.("voiceschanged", offer);
    const stop = () => { speech.cancel(); button.setAttribute("aria-pressed", "false"); button.textContent = "朗读本页"; };
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") return stop();
      const pieces = text.innerText.split(/\n+/).map((one) => one.trim()).filter(Boolean);
      pieces.forEach((piece, number) => {
        const said = new SpeechSynthesisUtterance(piece);
        said.lang = "zh-CN";
        said.voice = voice();
        if (number === pieces.length - 1) said.addEventListener("end", stop);
        speech.speak(said);
      });
      button.setAttribute("aria-pressed", "true");
      button.textContent = "停止朗读";
    });
    addEventListener("pagehide", stop);
  };

  const leaving = (event) => {
    const link = event.target.closest?.('a[rel~="external"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
    event.preventDefault();
    const dialog = document.createElement("dialog");
    dialog.className = "leaving";
    dialog.setAttribute("aria-labelledby", "leaving-title");
    const make = (name, words, kind) => { const made = document.createElement(name); made.textContent = words; if (kind) made.className = kind; return made; };
    const title = make("h2", "您将离开本网站");
    title.id = "leaving-title";
    const row = make("div", "", "leaving-row"), go = make("a", "继续访问", "button"), stay = make("button", "留在本网站", "button plain");
    go.href = link.href;
    go.rel = "noopener";
    stay.type = "button";
    stay.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    row.append(go, stay);
    dialog.append(title, make("p", `即将打开 ${new URL(link.href).hostname}，其内容由该网站负责。`), row);
    document.body.append(dialog);
    dialog.showModal();
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
