"use strict";

// The table of everyone, sorted and filtered. Without this script it stays as it was written, and complete.
const table = document.getElementById("students");
const body = table.tBodies[0];
const fields = ["name", "state", "task"].map((id) => document.getElementById(id));
const shown = document.getElementById("shown");
const box = table.parentElement;
const STEP = 50; // rows that are laid out at once: a thousand would take a quarter of a second
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const rows = [...body.rows].map((row) => {
  const name = row.cells[0].querySelector("bdi").textContent;
  const points = parseFloat(row.cells[1].dataset.order);
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

let chosen = rows;
let laid = 0;

/** The next rows of those that are chosen; further ones follow when the reader gets near the last. */
function more() {
  body.append(...chosen.slice(laid, laid + STEP).map((one) => one.row));
  laid = Math.min(chosen.length, laid + STEP);
}

/** Show what the fields ask for, in the order of `rows`, from its first row. */
function show() {
  const [name, state, task] = fields.map((field) => field.value);
  const wanted = name.trim().toLocaleLowerCase();
  chosen = rows.filter((one) => one.found.includes(wanted) && isInState(one, state, task));
  body.replaceChildren();
  laid = 0;
  more();
  box.scrollTop = 0;
}

function tell() {
  const said = shown.dataset;
  const which = chosen.length === rows.length ? said.all : said.some.replace("{}", chosen.length);
  const rest = chosen.length > STEP ? said.rest.replace("{}", STEP) : "";
  shown.textContent = `${which}${rest}.`;
}

function filter() {
  show();
  tell();
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
  show();
}

[...table.tHead.rows[0].cells].forEach((head, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sort(head, column));
  head.append(button);
});
box.addEventListener("scroll", () => {
  if (laid < chosen.length && box.scrollTop + 2 * box.clientHeight > box.scrollHeight) {
    more();
  }
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
