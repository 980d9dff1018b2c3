"use strict";

// Marks live in the fields alone; nothing is kept by the browser.
const rows = [...document.querySelectorAll(".to-mark")].map((article) => ({
  student: article.dataset.student,
  task: article.dataset.task,
  most: Number(article.dataset.most),
  points: article.querySelector(".points"),
  comment: article.querySelector(".comment input"),
  problem: article.querySelector(".problem"),
}));
const state = document.getElementById("state");
const marks = document.getElementById("marks");
let unsaved = false;
/** What the line of state says of saving, and what Ctrl and S does. */
let told = () => (unsaved ? "; not saved yet" : "");
let onSave = save;

const given = (row) => row.points.value.trim().replace(",", ".");

/** What is wrong with a row, or nothing. */
function problemOf(row) {
  const text = given(row);
  if (text === "") {
    return row.comment.value.trim() ? "Without points, this comment is not saved." : "";
  }
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  return number >= 0 && number <= row.most ? "" : `Expected a number from 0 to ${row.most}.`;
}

const isMarked = (row) => given(row) !== "" && problemOf(row) === "";
const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The marks as a file of overrides: student, task, points, comment. */
function asCsv() {
  const lines = rows.filter(isMarked).map((row) =>
    [row.student, row.task, given(row), row.comment.value.trim()].map(quoted).join(","));
  return ["student,task,points,comment", ...lines, ""].join("\n");
}

function show() {
  for (const row of rows) {
    row.problem.textContent = problemOf(row) || row.note || "";
    row.points.setAttribute("aria-invalid", String(given(row) !== "" && !isMarked(row)));
  }
  const wrong = rows.filter((row) => problemOf(row) !== "").length;
  const left = wrong ? `; ${wrong} will not be saved as they are` : "";
  state.textContent = `${rows.filter(isMarked).length} of ${rows.length} marked${left}${told()}.`;
  marks.value = asCsv();
}

/** Go to the next row without points, or back to the one before. */
function move(from, step) {
  for (let at = from + step; at >= 0 && at < rows.length; at += step) {
    if (step < 0 || given(rows[at]) === "") {
      rows[at].points.focus();
      rows[at].points.select();
      return;
    }
  }
  document.getElementById("save").focus();
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([asCsv()], { type: "text/csv" }));
  link.download = "marks.csv";
  link.click();
  URL.revokeObjectURL(link.href);
  unsaved = false;
  show();
}

async function copy() {
  marks.select();
  try {
    await navigator.clipboard.writeText(marks.value);
    state.textContent = "The marks are copied.";
  } catch {
    state.textContent = "The marks are selected below: copy them with Ctrl and C.";
    marks.focus();
  }
}

rows.forEach((row, at) => {
  for (const field of [row.points, row.comment]) {
    field.addEventListener("input", () => {
      unsaved = true;
      show();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        move(at, event.shiftKey ? -1 : 1);
      }
    });
  }
});
document.getElementById("save").addEventListener("click", save);
document.getElementById("copy").addEventListener("click", copy);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    onSave();
  }
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) {
    event.preventDefault();
  }
});
show();
