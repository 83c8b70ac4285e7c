// data-copy: copies the element of that id with its formatting. Without this script the person selects and presses Ctrl+C.
const status = document.querySelector("[data-copied]");

function bySelection(source) {
  const range = document.createRange();
  range.selectNodeContents(source);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy");
}

// The platform's editor can't fetch pictures from here: their place is marked, to be filled from the archive.
function withPlaces(source) {
  const copied = source.cloneNode(true);
  for (const [index, picture] of copied.querySelectorAll("img").entries()) {
    picture.replaceWith(`〔在此插入图片${index + 1}：${picture.alt}〕`);
  }
  return copied.innerHTML;
}

async function copy(source) {
  try {
    await navigator.clipboard.write([new ClipboardItem({
      "text/html": new Blob([withPlaces(source)], { type: "text/html" }),
      "text/plain": new Blob([source.innerText], { type: "text/plain" }),
    })]);
    return true;
  } catch {
    return bySelection(source); // no clipboard without https, or not allowed
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    status.textContent = (await copy(source)) ? status.dataset.copied : status.dataset.notCopied;
  });
}
