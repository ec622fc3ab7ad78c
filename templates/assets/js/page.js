// Shows the buttons of a project's page that need a script, in place of the words that tell how to print without one.
const buttons = (name) => document.querySelectorAll(`[${name}]`);

for (const button of buttons("data-print")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const hint of buttons("data-print-hint")) hint.hidden = true;

if (navigator.clipboard) {
  for (const button of buttons("data-copy")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = label), 3000);
    });
  }
}

if (navigator.share) {
  for (const button of buttons("data-share")) {
    button.hidden = false;
    button.addEventListener("click", () =>
      navigator.share({ title: document.title, url: document.querySelector("link[rel=canonical]").href }).catch(() => {}),
    );
  }
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
