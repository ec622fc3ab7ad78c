// Makes the buttons of a page work. The style shows them wherever scripts run, so that nothing moves when this comes;
// only what a browser cannot do is hidden, and the words on how to print where a browser's styles do not know of scripts.
const buttons = (name) => document.querySelectorAll(`[${name}]`);
const address = document.querySelector("link[rel=canonical]")?.href ?? location.href;

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  const label = (button.dataset.label ??= button.textContent);
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 3000);
}

for (const button of buttons("data-print")) button.addEventListener("click", () => print());
for (const hint of buttons("data-print-hint")) hint.hidden = true;

for (const button of buttons("data-copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button, document.querySelector(button.dataset.copy).textContent.trim()));
}

// Where nothing can be shared, the address is copied.
for (const button of buttons("data-share")) {
  button.hidden = !navigator.share && !navigator.clipboard;
  button.addEventListener("click", () =>
    navigator.share ? navigator.share({ title: document.title, url: address }).catch(() => {}) : copy(button, address),
  );
}

// A browser whose print style cannot open what is folded prints it all the same; what was closed is closed again.
const folded = () => document.querySelectorAll("main details:not([open])");
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...folded()];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
