
// Only where `netgrade mark` serves this page: each mark is saved at once, and what others save is shown.
const SOON = 600; // milliseconds after the last key
const AGAIN = 3000;

const now = (row) => ({ points: given(row), comment: row.comment.value.trim().replace(/\s+/g, " ") });
const same = (one, other) => one.points === other.points && one.comment === other.comment;
const isDirty = (row) => !same(now(row), row.known);
const inWords = (mark) => (mark.points === "" ? "no mark" : `${mark.points}${mark.comment && ` “${mark.comment}”`}`);
let connected = true;

told = () => {
  unsaved = rows.some(isDirty);
  if (!connected) {
    return "; netgrade mark has ended: what you type is not saved";
  }
  return rows.some((row) => row.conflict) ? "; somebody else marked too: see below" : unsaved ? "; saving" : "; all saved";
};
onSave = () => rows.forEach((row) => keep(row, true));

/** Save a row; where the file has another mark by now, only once that was seen. */
function keep(row, seen) {
  clearTimeout(row.soon);
  row.queue = row.queue.then(async () => {
    if (!isDirty(row) || problemOf(row) !== "" || (row.conflict && !seen)) {
      return;
    }
    const mark = now(row);
    const body = JSON.stringify({ student: row.student, task: row.task, ...mark, before: row.known });
    try {
      const answer = await fetch("marks", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      const content = await answer.json();
      row.conflict = answer.status === 409;
      if (row.conflict) {
        row.known = content;
        row.note = `The file has ${inWords(content)} by now. Enter puts yours in its place, Escape takes that.`;
        row.points.focus();
      } else if (answer.ok) {
        row.known = mark;
        row.note = "";
      } else {
        row.note = content.problem;
      }
      connected = true;
    } catch {
      connected = false;
    }
    show();
  });
}

function take(row, mark) {
  row.known = mark;
  row.conflict = false;
  row.points.value = mark.points;
  row.comment.value = mark.comment;
}

/** What another window, or an editor, changed in the file; a row that is being typed in is asked about when saved. */
async function look() {
  try {
    const marks = await (await fetch("marks")).json();
    connected = !("problem" in marks);
    if (!connected) {
      state.textContent = marks.problem;
      return;
    }
    for (const row of rows) {
      const there = marks[`${row.student}/${row.task}`] ?? { points: "", comment: "" };
      if (!same(there, row.known) && !isDirty(row)) {
        row.note = `Changed in the file meanwhile; here it was ${inWords(row.known)}.`;
        take(row, there);
      }
    }
  } catch {
    connected = false;
  }
  show();
}

for (const row of rows) {
  row.known = now(row);
  row.queue = Promise.resolve();
  for (const field of [row.points, row.comment]) {
    field.addEventListener("input", () => {
      clearTimeout(row.soon);
      row.soon = setTimeout(() => keep(row), SOON);
    });
    field.addEventListener("change", () => keep(row));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        keep(row, true);
      } else if (event.key === "Escape" && row.conflict) {
        take(row, row.known);
        row.note = "";
        show();
      }
    });
  }
}
setInterval(look, AGAIN);
show();
