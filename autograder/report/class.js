"use strict";

// A click on a heading sorts its table; another click turns the order round.
const valueOf = (row, column) => {
  const cell = row.cells[column];
  const given = cell.dataset.v;
  return given === undefined ? cell.textContent.trim() : parseFloat(given);
};

const compare = (a, b) =>
  typeof a === "number" && typeof b === "number" ? a - b
    : String(a).localeCompare(String(b), undefined, { numeric: true, sensitivity: "base" });

function sort(table, heading) {
  const order = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [valueOf(row, heading.cellIndex), row]);
  rows.sort((a, b) => sign * compare(a[0], b[0]));
  body.append(...rows.map((entry) => entry[1]));
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, heading));
  }
}

// The list shows the rows that hold every word, and the flag that is chosen.
const find = document.getElementById("find"), show = document.getElementById("show");
const rows = [...document.getElementById("list").tBodies[0].rows];

function filter() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    const flags = row.dataset.flags.split("|");
    row.hidden = !(words.every((word) => text.includes(word)) && (!show.value || flags.includes(show.value)));
    count += !row.hidden;
  }
  document.getElementById("count").textContent = `${count} of ${rows.length}`;
}

find.addEventListener("input", filter);
show.addEventListener("change", filter);
