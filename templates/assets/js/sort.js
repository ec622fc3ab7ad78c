// Lets a reader put the rows of a table in the order of any column. Without a script the table stands as it was published.
const language = document.documentElement.lang;
const collator = new Intl.Collator(language, { numeric: true });

const valueOf = (row, column) => {
  const cell = row.cells[column];
  if (!("sort" in cell.dataset)) return cell.textContent.trim();
  return cell.dataset.sort === "" ? null : Number(cell.dataset.sort);
};

// What has no value comes last, whichever way the others go.
function compare(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (typeof a === "number" ? a - b : collator.compare(a, b));
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // Figures begin with the greatest, names with the first.
      const first = "sort" in (table.tBodies[0].rows[0]?.cells[column].dataset ?? {}) ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.ariaSort === first ? other : first;
      for (const one of heads) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const rows = [...table.tBodies[0].rows];
      const sign = order === "ascending" ? 1 : -1;
      rows.sort((a, b) => compare(valueOf(a, column), valueOf(b, column), sign));
      table.tBodies[0].append(...rows);
    });
  });
}
