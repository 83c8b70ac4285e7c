// What is typed into an article's form is kept every few seconds, so that a lost connection or a closed window loses nothing.
const told = document.getElementById("autosave");
const form = document.querySelector("form[data-warn-unsaved]");
const EVERY = 5000;

function typed() {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
  return data.toString();
}

if (told && form) {
  let last = null, touched = false;
  form.addEventListener("input", () => { touched = true; });
  // The editor fills its fields a moment after the page has come; what a quick hand typed meanwhile is no part of that.
  window.setTimeout(() => { last = touched ? "" : typed(); }, 1500);
  window.setInterval(async () => {
    if (last === null || form.dataset.sent) return;
    const now = typed();
    if (now === last) return;
    try {
      const answer = await fetch(told.dataset.url, { method: "POST", body: new URLSearchParams(now), credentials: "same-origin" });
      const said = await answer.json();
      told.className = "small soft";
      told.textContent = said.fault || `${said.at} 已暂存`;
      if (answer.ok) last = now;
    } catch {
      told.className = "small soft";
      told.textContent = "暂存失败，请检查网络；页面不要关闭。";
    }
  }, EVERY);
}
