// Tables that sort by their heads and are filtered by a text. A cell's data-value sorts before its text.
"use strict";
(() => {
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    if (!cell) return "";
    const value = cell.dataset.value ?? cell.textContent.trim();
    const number = Number(value);
    return value !== "" && !Number.isNaN(number) ? number : value;
  };
  // What is no number comes last, whichever way the table is sorted.
  const compare = (a, b, sign) => {
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return sign * a.localeCompare(b);
  };
  const sortBy = (table, head, column) => {
    const isDescending = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row, column), row]);
    rows.sort((a, b) => compare(a[0], b[0], isDescending ? -1 : 1));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };
  const makeSortable = (table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sortBy(table, head, column));
    });
  };
  const makeFilter = (input) => {
    const target = document.getElementById(input.dataset.filter);
    const count = input.parentElement.querySelector("output");
    const apply = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const items = target.tBodies ? target.tBodies[0].rows : target.children;
      let shown = 0;
      for (const item of items) {
        item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
        shown += item.hidden ? 0 : 1;
      }
      count.textContent = words.length ? `${shown} of ${items.length}` : "";
    };
    input.addEventListener("input", apply);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      input.value = "";
      apply();
    });
    target.addEventListener("rowschange", apply);
    apply();
  };
  // Narrow screens show a row as lines: then each cell says what it is.
  const nameCells = (table) => {
    const names = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
    for (const row of table.tBodies[0].rows) {
      [...row.cells].forEach((cell, column) => { if (column) cell.dataset.label = names[column]; });
    }
  };
  document.querySelectorAll("table").forEach((table) => {
    nameCells(table);
    table.addEventListener("rowschange", () => nameCells(table));
  });
  document.querySelectorAll("table[data-sortable]").forEach(makeSortable);
  document.querySelectorAll("input[data-filter]").forEach(makeFilter);
})();
