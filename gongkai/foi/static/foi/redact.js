// Drawing on the picture of a page, by mouse, pen or keyboard. Each rectangle is sent at once with the page's own form,
// so that none is lost; what can't be sent stays on the page and says so.
const root = document.querySelector("[data-redact]");
const form = root?.querySelector("[data-redact-form]");
const frame = root?.querySelector("[data-redact-frame]");

if (form && frame) {
  const WHOLE = 10000, STEP = 100, LEAST = 30;
  const said = root.querySelector("[data-redact-said]");
  const touch = root.querySelector("[data-redact-touch]");
  const NS = "http://www.w3.org/2000/svg";
  let now = null, from = null, sending = false, byHand = false;

  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", "原件页面，可在上面框选");
  frame.classList.add("is-drawing");
  const help = root.querySelector("[data-redact-help]");
  help.textContent = root.dataset.ready;

  // A finger, and on most screens a pen, scrolls the page until it is told to draw.
  if (touch) {
    touch.hidden = !window.matchMedia("(any-pointer: coarse)").matches && !navigator.maxTouchPoints;
    if (!touch.hidden) help.textContent += root.dataset.touch;
    touch.addEventListener("click", () => {
      byHand = !byHand;
      touch.setAttribute("aria-pressed", String(byHand));
      frame.classList.toggle("is-by-hand", byHand);
      said.textContent = byHand ? "现在用手指或笔在页面上拖动就是画框；要滚动页面，再按一次“手指画框”，或在页面图像以外滑动。" : "";
    });
  }

  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

  function draw(tell = true) {
    const svg = frame.querySelector("svg");
    svg.querySelector(".redact-now")?.remove();
    if (!now) return;
    const rect = document.createElementNS(NS, "rect");
    rect.setAttribute("class", "redact-now");
    for (const [name, value] of [["x", now.left], ["y", now.top], ["width", now.width], ["height", now.height]]) rect.setAttribute(name, Math.round(value));
    svg.append(rect);
    if (tell) for (const name of ["left", "top", "width", "height"]) form.elements[name].value = (now[name] / 100).toFixed(2);
  }

  function at(event) {
    const box = frame.querySelector("img").getBoundingClientRect();
    return { x: clamp((event.clientX - box.left) / box.width, 0, 1) * WHOLE, y: clamp((event.clientY - box.top) / box.height, 0, 1) * WHOLE };
  }

  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || sending || event.pointerType === "touch" && !byHand) return;
    event.preventDefault();
    frame.focus({ preventScroll: true });
    frame.setPointerCapture(event.pointerId);
    from = at(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    now = { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
    draw();
  });
  frame.addEventListener("pointerup", () => {
    if (!from) return;
    from = null;
    if (now && now.width >= LEAST && now.height >= LEAST) save();
    else { now = null; draw(); }
  });
  frame.addEventListener("pointercancel", () => { from = null; now = null; draw(); });

  // Numbers typed are drawn as they are typed.
  form.addEventListener("input", (event) => {
    const sides = ["left", "top", "width", "height"];
    if (!sides.includes(event.target.name)) return;
    const typed = Object.fromEntries(sides.map((name) => [name, form.elements[name].value.trim() === "" ? NaN : Number(form.elements[name].value) * 100]));
    const whole = typed.left >= 0 && typed.top >= 0 && typed.width > 0 && typed.height > 0 && typed.left + typed.width <= WHOLE && typed.top + typed.height <= WHOLE;
    now = whole ? typed : null;
    draw(false);
  });

  frame.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (move) {
      event.preventDefault();
      now ??= { left: 3500, top: 4500, width: 3000, height: 400 };
      const step = event.altKey ? STEP / 5 : STEP;
      if (event.shiftKey) {
        now.width = clamp(now.width + move[0] * step, LEAST, WHOLE - now.left);
        now.height = clamp(now.height + move[1] * step, LEAST, WHOLE - now.top);
      } else {
        now.left = clamp(now.left + move[0] * step, 0, WHOLE - now.width);
        now.top = clamp(now.top + move[1] * step, 0, WHOLE - now.height);
      }
      draw();
      said.textContent = `左${(now.left / 100).toFixed(0)}%，上${(now.top / 100).toFixed(0)}%，宽${(now.width / 100).toFixed(0)}%，高${(now.height / 100).toFixed(0)}%`;
    } else if (event.key === "Enter" && now) {
      event.preventDefault();
      save();
    } else if (event.key === "Escape") {
      now = null;
      draw();
      said.textContent = "";
    }
  });

  async function save() {
    if (!form.elements.ground.value) {
      said.textContent = "请先选择不予公开的情形，再按“遮盖这个位置”，或回到页面按回车。";
      form.querySelector("[data-redact-numbers]").open = true;
      form.elements.ground.focus();
      return;
    }
    sending = true;
    said.textContent = "正在保存…";
    const data = new FormData(form);
    data.set("do", "mark");
    for (const name of ["words", "line"]) data.delete(name);
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: new URLSearchParams(data), credentials: "same-origin" });
      if (!answer.ok || answer.redirected && new URL(answer.url).pathname !== location.pathname) throw new Error();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector(".notices")?.remove();
      const refused = page.querySelector(".notice-error");
      for (const name of ["[data-redact-marks]", "[data-redact-list]"]) root.querySelector(name).replaceWith(page.querySelector(`[data-redact] ${name}`));
      if (refused) { draw(); said.textContent = refused.textContent.trim(); }
      else { now = null; said.textContent = page.querySelector(".notice-success")?.textContent.trim() || "已保存。"; }
    } catch {
      said.textContent = "没有保存上，请检查网络后按回车重试；不要离开本页。";
    } finally {
      sending = false;
    }
  }

  window.addEventListener("beforeunload", (event) => { if (now) event.preventDefault(); });
  form.addEventListener("submit", () => { now = null; });
}
