// Shows the print button, which needs a script, in place of the words that tell how to print without one.
const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
document.querySelector("[data-print-hint]").hidden = true;
