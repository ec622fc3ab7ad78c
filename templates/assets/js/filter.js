// Choices above lists: of a kind, a whole section; of an agency, its entries. Without a script everything is shown.

for (const form of document.querySelectorAll("[data-filter]")) {
  const sections = document.querySelectorAll("[data-kind]");
  form.addEventListener("input", () => {
    const { kind, agency } = form.elements;
    for (const section of sections) {
      let shown = 0;
      for (const item of section.querySelectorAll("[data-agency]")) {
        item.hidden = Boolean(agency.value) && item.dataset.agency !== agency.value;
        shown += !item.hidden;
      }
      section.hidden = shown === 0 || (Boolean(kind.value) && section.dataset.kind !== kind.value);
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}
