"use strict";

// The table of everyone, sorted and filtered. Without this script it stays as it was written, and complete.
const table = document.getElementById("students");
const body = table.tBodies[0];
const fields = ["name", "state", "task"].map((id) => document.getElementById(id));
const shown = document.getElementById("shown");
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const rows = [...body.rows].map((row) => {
  const name = row.cells[0].querySelector("bdi").textContent;
  const points = parseFloat(row.cells[1].textContent);
  return {
    row, name, found: name.toLocaleLowerCase(), states: row.dataset.states, late: "late" in row.dataset,
    keys: [name, points, ...[...row.cells].slice(2).map((cell) => parseFloat(cell.dataset.order))],
  };
});

/** Whether a row's tasks are in the chosen state: one of them, all of them, or a certain one. */
function isInState(row, state, task) {
  if (state === "" || state === "late") {
    return state === "" || row.late;
  }
  if (task === "any" || task === "every") {
    return task === "any" ? row.states.includes(state) : [...row.states].every((one) => one === state);
  }
  return row.states[task] === state;
}

function filter() {
  const [name, state, task] = fields.map((field) => field.value);
  const wanted = name.trim().toLocaleLowerCase();
  let left = 0;
  for (const one of rows) {
    const hidden = !(one.found.includes(wanted) && isInState(one, state, task));
    left += !hidden;
    if (one.row.hidden !== hidden) {
      one.row.hidden = hidden;
    }
  }
  const all = `${rows.length} student${rows.length === 1 ? "" : "s"}`;
  shown.textContent = left === rows.length ? `${all}.` : `${left} of ${all}.`;
}

/** What is not known stands last, whichever way the table is sorted. */
function compare(a, b, sign) {
  if (typeof a === "string") {
    return sign * collator.compare(a, b);
  }
  return Number.isNaN(a) - Number.isNaN(b) || sign * (a - b) || 0;
}

function sort(head, column) {
  const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  rows.sort((a, b) => compare(a.keys[column], b.keys[column], sign) || collator.compare(a.name, b.name));
  for (const other of table.tHead.rows[0].cells) {
    other.removeAttribute("aria-sort");
  }
  head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  body.append(...rows.map((one) => one.row));
}

[...table.tHead.rows[0].cells].forEach((head, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sort(head, column));
  head.append(button);
});
for (const field of fields) {
  field.addEventListener("input", filter);
}
document.getElementById("reset").addEventListener("click", () => {
  [fields[0].value, fields[1].value, fields[2].value] = ["", "", "any"];
  filter();
  fields[0].focus();
});
document.querySelector(".filters").hidden = false;
filter();
