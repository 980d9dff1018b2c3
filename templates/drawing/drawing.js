"use strict";
// The drawing page: a grid of grey values, a pen for mouse, touch and keyboard, and files in formats written here, byte
// by byte. Reading a canvas back would not do: some browsers add noise to it, against fingerprinting.
const at = (id) => document.getElementById(id);
const paper = at("paper"), brush = paper.getContext("2d");
const kept = [];
const MOST_KEPT = 12, MOST_UNDO = 100;
let side = 28, cells = new Uint8Array(side * side), undone = [];
let pen = { row: 14, column: 14, down: false }, stroke = null, last = null;

const say = (text) => { at("status").textContent = text; };

function show() {
  const size = paper.width / side;
  for (let i = 0; i < cells.length; i++) {
    const grey = cells[i];
    brush.fillStyle = `rgb(${grey},${grey},${grey})`;
    brush.fillRect((i % side) * size, Math.floor(i / side) * size, size, size);
  }
  if (document.activeElement !== paper) return;
  // Two colours, so that the pen is seen on white and on black.
  brush.lineWidth = 2;
  for (const [colour, inset] of [["#000000", 1], ["#ffffff", 3]]) {
    brush.strokeStyle = colour;
    brush.strokeRect(pen.column * size + inset, pen.row * size + inset, size - 2 * inset, size - 2 * inset);
  }
}

function remember() {
  undone.push(cells.slice());
  if (undone.length > MOST_UNDO) undone.shift();
}

function begin(x, y) {
  remember();
  stroke = { base: cells.slice(), cover: new Float32Array(cells.length) };
  last = [x, y];
  lineTo(x, y);
}

// From the last point of the stroke to this one; x and y count cells from the upper left corner.
function lineTo(x, y) {
  const steps = Math.max(1, Math.ceil(4 * Math.hypot(x - last[0], y - last[1])));
  for (let i = 0; i <= steps; i++) stamp(last[0] + (x - last[0]) * i / steps, last[1] + (y - last[1]) * i / steps);
  last = [x, y];
  show();
}

// A soft edge one cell wide, as scanned digits have it.
function stamp(x, y) {
  const radius = Number(at("width").value) / 2, shade = Number(at("shade").value);
  for (let i = 0; i < cells.length; i++) {
    const distance = Math.hypot((i % side) + 0.5 - x, Math.floor(i / side) + 0.5 - y);
    const cover = Math.min(1, Math.max(0, radius + 0.5 - distance));
    if (cover <= stroke.cover[i]) continue;
    stroke.cover[i] = cover;
    cells[i] = Math.round(stroke.base[i] * (1 - cover) + shade * cover);
  }
}

function place(event) {
  const box = paper.getBoundingClientRect();
  return [(event.clientX - box.left) * side / box.width, (event.clientY - box.top) * side / box.height];
}

paper.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  paper.focus({ preventScroll: true });
  if (event.isTrusted) paper.setPointerCapture(event.pointerId);
  pen.down = false;
  begin(...place(event));
});
paper.addEventListener("pointermove", (event) => { if (stroke && !pen.down) lineTo(...place(event)); });
for (const name of ["pointerup", "pointercancel"]) paper.addEventListener(name, () => { if (!pen.down) stroke = null; });
for (const name of ["focus", "blur"]) paper.addEventListener(name, show);

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const middle = () => [pen.column + 0.5, pen.row + 0.5];

paper.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") return act(event, undo);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in MOVES) return act(event, () => move(...MOVES[event.key], event.shiftKey ? 5 : 1));
  if (event.key === " ") return act(event, lift);
  if (event.key === "Enter") return act(event, dot);
});

function act(event, action) {
  event.preventDefault();
  action();
}

function tell() { say(`Row ${pen.row + 1}, column ${pen.column + 1}, pen ${pen.down ? "down" : "up"}.`); }

function move(rows, columns, by) {
  pen.row = Math.min(side - 1, Math.max(0, pen.row + rows * by));
  pen.column = Math.min(side - 1, Math.max(0, pen.column + columns * by));
  if (pen.down) lineTo(...middle()); else show();
  tell();
}

function lift() {
  pen.down = !pen.down;
  if (pen.down) begin(...middle()); else stroke = null;
  tell();
}

function dot() {
  if (!pen.down) { begin(...middle()); stroke = null; }
  tell();
}

function raise() { pen.down = false; stroke = null; }

function undo() {
  raise();
  if (!undone.length) return say("There is nothing to take back.");
  cells = undone.pop();
  show();
  say("Taken back.");
}

function change(made, text) {
  raise();
  remember();
  cells = made;
  show();
  say(text);
}

// Moved so that the centre of mass is in the middle, as MNIST's digits are.
function centred() {
  let mass = 0, rows = 0, columns = 0;
  cells.forEach((grey, i) => { mass += grey; rows += grey * Math.floor(i / side); columns += grey * (i % side); });
  if (!mass) return cells.slice();
  const down = Math.round((side - 1) / 2 - rows / mass), right = Math.round((side - 1) / 2 - columns / mass);
  return cells.map((_, i) => {
    const row = Math.floor(i / side) - down, column = (i % side) - right;
    return row >= 0 && row < side && column >= 0 && column < side ? cells[row * side + column] : 0;
  });
}

at("undo").addEventListener("click", undo);
at("clear").addEventListener("click", () => change(new Uint8Array(cells.length), "Cleared."));
at("invert").addEventListener("click", () => change(cells.map((grey) => 255 - grey), "Inverted."));
at("centre").addEventListener("click", () => change(centred(), "Centred."));
at("side").addEventListener("change", () => {
  raise();
  side = Number(at("side").value);
  cells = new Uint8Array(side * side);
  undone = [];
  pen = { row: side >> 1, column: side >> 1, down: false };
  paper.width = paper.height = 16 * side;
  show();
  say(`An empty picture of ${side} × ${side} cells.`);
});

const CHECKS = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

// CRC-32, which PNG and zip share.
function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = CHECKS[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

const big = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const little = (value, bytes) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);
const text = (words) => [...new TextEncoder().encode(words)];

// An 8-bit grey PNG (ISO/IEC 15948) whose zlib stream holds one stored block: no compression is needed for 1 KB.
function png(grey, width) {
  const lines = [];
  for (let row = 0; row < grey.length / width; row++) lines.push(0, ...grey.slice(row * width, (row + 1) * width));
  let a = 1, b = 0;
  for (const byte of lines) { a = (a + byte) % 65521; b = (b + a) % 65521; }
  const stored = [0x78, 1, 1, ...little(lines.length, 2), ...little(~lines.length & 0xffff, 2), ...lines, ...big(((b << 16) | a) >>> 0)];
  const piece = (name, content) => {
    const named = [...text(name), ...content];
    return [...big(content.length), ...named, ...big(crc32(named))];
  };
  const head = [...big(width), ...big(grey.length / width), 8, 0, 0, 0, 0];
  return [137, 80, 78, 71, 13, 10, 26, 10, ...piece("IHDR", head), ...piece("IDAT", stored), ...piece("IEND", [])];
}

// A zip with stored files (PKWARE APPNOTE 4.3); all of them are from 1 January 1980, the format's first day.
function zip(files) {
  const body = [], list = [];
  for (const [name, content] of files) {
    const path = text(name), size = little(content.length, 4);
    const common = [20, 0, 0, 8, 0, 0, 0, 0, 33, 0, ...little(crc32(content), 4), ...size, ...size, ...little(path.length, 2), 0, 0];
    list.push(80, 75, 1, 2, 20, 0, ...common, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...little(body.length, 4), ...path);
    body.push(80, 75, 3, 4, ...common, ...path, ...content);
  }
  const count = little(files.length, 2);
  return [...body, ...list, 80, 75, 5, 6, 0, 0, 0, 0, ...count, ...count, ...little(list.length, 4), ...little(body.length, 4), 0, 0];
}

function download(bytes, kind, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: kind }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  say(`${name} was downloaded.`);
}

// JSON's texts are YAML's as well.
function lines() {
  const told = kept.map((one, i) => `  drawing-${i + 1}: {drawn: ${JSON.stringify(one.drawn)}, taken_for: ${JSON.stringify(one.taken)}}\n`);
  return kept.length ? `${at("task").value}:\n${told.join("")}` : "";
}

function thumbnail(one, name) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = one.side;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", name);
  const context = canvas.getContext("2d");
  one.cells.forEach((grey, i) => {
    context.fillStyle = `rgb(${grey},${grey},${grey})`;
    context.fillRect(i % one.side, Math.floor(i / one.side), 1, 1);
  });
  return canvas;
}

function list() {
  at("kept").replaceChildren(...kept.map((one, i) => {
    const item = document.createElement("li"), words = document.createElement("span"), remove = document.createElement("button");
    words.textContent = `drawn: ${one.drawn}, taken for: ${one.taken}`;
    remove.type = "button";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove drawing-${i + 1}`);
    remove.addEventListener("click", () => { kept.splice(i, 1); list(); at("keep").focus(); say("Removed."); });
    item.append(thumbnail(one, `drawing-${i + 1}: ${words.textContent}`), words, document.createElement("br"), remove);
    return item;
  }));
  at("answers").value = lines();
  at("zip").disabled = !kept.length;
}

at("task").addEventListener("input", list);
at("keep").addEventListener("click", () => {
  const drawn = at("drawn").value.trim(), taken = at("taken").value.trim();
  const missing = !drawn ? "drawn" : !taken ? "taken" : "";
  if (missing) { at(missing).focus(); return say("Say what you drew, and what it will be taken for."); }
  if (!cells.some((grey) => grey)) return say("The picture is empty.");
  if (kept.length >= MOST_KEPT) return say(`No more than ${MOST_KEPT} drawings are read.`);
  kept.push({ side, cells: cells.slice(), drawn, taken });
  list();
  say(`Kept as drawing-${kept.length}.`);
});
at("png").addEventListener("click", () => download(png(cells, side), "image/png", `drawing-${kept.length + 1}.png`));
at("zip").addEventListener("click", () => {
  const task = at("task").value;
  if (!at("task").checkValidity() || !task) { at("task").focus(); return say("The task's name has small letters, digits and underscores."); }
  const files = kept.map((one, i) => [`${task}/drawing-${i + 1}.png`, png(one.cells, one.side)]);
  download(zip([...files, [`${task}/lines-for-answers.txt`, text(lines())]]), "application/zip", `${task}.zip`);
});
show();
