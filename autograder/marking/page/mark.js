// The marking page: one question across all submissions. Texts of students arrive as HTML that the
// server made of known elements; everything else is set as text.

import { Saver, post } from "./saving.js";
import { showChecks, showCode, showCriteria, showFigures, make } from "./parts.js";

const base = document.body.dataset.base;
const $ = (id) => document.getElementById(id);
const saver = new Saver(base, showSaved);
const answers = new Map();
let question, place = 0, change = 0;

$("marker").value = localStorage.getItem("marker") || document.body.dataset.marker;
$("marker").addEventListener("change", () => localStorage.setItem("marker", $("marker").value));

const here = () => question.order[place];
const entry = (criterion, label = question.label) => saver.entry(here().id, label, criterion);
const get = async (path) => (await fetch(`${base}/${path}`)).json();

function set(criterion, values, label = question.label) {
  const { points, comment } = { ...entry(criterion, label), ...values };
  saver.put({ id: here().id, question: label, criterion, points, comment, marker: $("marker").value });
  showMarks();
}

const isMarked = (id) => saver.entry(id, question.label, "override").points !== null
  || question.criteria.every((_, i) => saver.entry(id, question.label, String(i + 1)).points !== null);

function showSaved(waiting, failed) {
  $("saved").className = waiting ? "waiting" : "";
  $("saved").textContent = failed ? "not saved: no connection, trying again" : waiting ? "saving…" : "saved";
}

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

saver.onRefused = (sentence) => { notice(sentence); showMarks(); };
saver.onSaved = () => { notice(""); if ($("total").open) showTotal(); };
// Every conflict stays on the page until the marker has decided.
saver.onConflict = (mine, theirs) => {
  const what = (e) => [e.points === null ? "no points" : `${e.points} points`, e.comment].filter(Boolean).join(", ");
  const name = question.order.find((item) => item.id === mine.id)?.name;
  const row = make("p", `${theirs.marker} has changed this in the meantime (${name}, ${mine.criterion}): ${what(theirs)}.`);
  const use = make("button", `Use mine: ${what(mine)}`), keep = make("button", "Keep it");
  use.addEventListener("click", () => { row.remove(); saver.put(mine); showMarks(); });
  keep.addEventListener("click", () => row.remove());
  row.append(keep, use);
  $("conflicts").append(row);
  showMarks();
};

async function load(label) {
  question = await get(`question/${encodeURIComponent(label)}`);
  saver.learn(question.entries);
  change = question.change;
  answers.clear();
  $("questions").value = label;
  $("prompt").innerHTML = question.prompt;
  $("model").innerHTML = question.model;
  showComments();
  const first = question.order.findIndex((item) => !isMarked(item.id));
  await go(Math.max(0, first));
}

const answerAt = (at) => {
  const { id } = question.order[at];
  if (!answers.has(id)) answers.set(id, get(`answer/${encodeURIComponent(question.label)}/${id}`));
  return answers.get(id);
};

async function go(to) {
  leave();
  place = Math.min(Math.max(to, 0), question.order.length - 1);
  const at = place, shown = await answerAt(at);
  if (at !== place) return;
  $("name").textContent = shown.name;
  $("place").textContent = `${place + 1} of ${question.order.length}, like answers together`;
  if (shown.html) $("answer").innerHTML = shown.html;
  else $("answer").replaceChildren(make("p", "No answer in answers.md.", "empty"));
  if (shown.left_out) $("answer").append(make("p", `… ${shown.left_out} characters left out`, "empty"));
  showFigures($("figures"), shown, `${base}/figure/${shown.id}`);
  showCode($("code"), shown.code, entry, (criterion, label, comment) => set(criterion, { points: null, comment }, label));
  showChecks($("checks"), shown.checks, (question) => post(`${base}/again`, { id: shown.id, question }));
  showMarks();
  if ($("total").open) showTotal();
  if (place + 1 < question.order.length) answerAt(place + 1);
  scrollTo(0, 0);
}

function showMarks() {
  showCriteria($("criteria"), question.criteria, entry, set);
  if (document.activeElement !== $("comment")) $("comment").value = entry("comment").comment;
  const given = question.criteria.map((_, i) => entry(String(i + 1)).points);
  const override = entry("override");
  const sum = given.reduce((a, b) => a + (b || 0), 0);
  $("sum").textContent = override.points !== null
    ? `${override.points} of ${question.max} (override: ${override.comment})`
    : `${Math.round(sum * 1e6) / 1e6} of ${question.max}${given.includes(null) ? ", not complete" : ""}`;
  const done = question.order.filter((item) => isMarked(item.id)).length;
  $("progress").max = question.order.length;
  $("progress").value = done;
  $("counts").textContent = `${done} of ${question.order.length}`;
  showProgress(question.label, done, question.order.length);
}

function showProgress(label, marked, all) {
  const option = [...$("questions").options].find((o) => o.value === label);
  option.textContent = `${option.dataset.title} (${marked}/${all})`;
}

function showComments() {
  const typed = $("comment").value.trim().toLowerCase();
  const fitting = question.comments.filter((text) => text.toLowerCase().includes(typed) && text.trim().toLowerCase() !== typed);
  $("comments").replaceChildren(...fitting.slice(0, 9).map((text, i) => {
    const item = make("li"), button = make("button", `Alt+${i + 1}  ${text}`);
    button.addEventListener("click", () => useComment(text));
    item.append(button);
    return item;
  }));
}

function useComment(text) {
  const now = $("comment").value.trim();
  const typed = text.toLowerCase().includes(now.toLowerCase()) ? "" : `${now}\n`;
  $("comment").value = typed + text;
  saveComment();
}

function saveComment() {
  const comment = $("comment").value.trim();
  if (comment === entry("comment").comment) return;
  if (comment && !question.comments.includes(comment)) question.comments.unshift(comment);
  set("comment", { comment });
}

// What is being typed is stored before another answer is shown.
function leave() { if (document.activeElement !== document.body) document.activeElement.blur(); }

async function showTotal() {
  const total = await get(`total/${here().id}`);
  const final = total.total === null ? `open: ${total.open.join(", ")}` : `final ${total.total} of ${total.max}${total.grade ? `, ${total.grade}` : ""}`;
  $("total-now").textContent = `Earned ${total.earned}, late −${total.late}${total.late_reason ? ` (${total.late_reason})` : ""}; ${final}`;
  const chosen = $("override-of").value || question.label;
  const labels = ["total", ...total.questions.map((q) => q.name)];
  $("override-of").replaceChildren(...labels.map((label) => make("option", label)));
  $("override-of").value = labels.includes(chosen) ? chosen : "total";
  showOverride();
  const points = entry("late", "total"), percent = entry("late percent", "total");
  $("late-points").value = points.points ?? "";
  $("late-percent").value = percent.points ?? "";
  $("late-reason").value = points.comment || percent.comment;
}

function showOverride() {
  const override = entry("override", $("override-of").value);
  $("override-points").value = override.points ?? "";
  $("override-reason").value = override.comment;
}

const number = (id) => ($(id).value.trim() === "" ? null : Number($(id).value.replace(",", ".")));

$("override-of").addEventListener("change", showOverride);
$("override-save").addEventListener("click", () =>
  set("override", { points: number("override-points"), comment: $("override-reason").value }, $("override-of").value));
$("late-save").addEventListener("click", () => {
  for (const [criterion, id] of [["late", "late-points"], ["late percent", "late-percent"]]) {
    const points = number(id);
    set(criterion, { points, comment: points === null ? "" : $("late-reason").value }, "total");
  }
});

async function undo() {
  const reply = await post(`${base}/undo`, { marker: $("marker").value });
  if (reply.status !== 200) return notice(reply.value.error);
  saver.learn([reply.value]);
  const at = question.order.findIndex((item) => item.id === reply.value.id);
  if (reply.value.question === question.label && at !== place) return go(at);
  showMarks();
}

const all = (share) => question.criteria.forEach((c, i) => set(String(i + 1), { points: c.points * share }));
const nextUnmarked = () => {
  const count = question.order.length;
  for (let step = 1; step <= count; step++) {
    const at = (place + step) % count;
    if (!isMarked(question.order[at].id)) return go(at);
  }
  notice("Every answer to this question is marked.");
};
const otherQuestion = (step) => {
  const options = $("questions").options, count = options.length;
  load(options[($("questions").selectedIndex + step + count) % count].value);
};
const cycle = (i) => {
  const criterion = question.criteria[i];
  if (!criterion) return;
  const now = entry(String(i + 1)).points, full = criterion.points;
  set(String(i + 1), { points: now === full ? full / 2 : now === full / 2 && full ? 0 : full });
};
const open = (id) => { $(id).open = !$(id).open; if ($(id).open) $(id).scrollIntoView(); };
const keys = {
  j: () => go(place + 1), ArrowRight: () => go(place + 1), k: () => go(place - 1), ArrowLeft: () => go(place - 1),
  n: nextUnmarked, f: () => all(1), 0: () => all(0), c: () => $("comment").focus(), u: undo,
  q: () => otherQuestion(1), Q: () => otherQuestion(-1), s: () => open("code"), x: () => open("checks"), t: () => open("total"),
  "?": () => $("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.altKey && /^[1-9]$/.test(event.key)) {
    const button = $("comments").querySelectorAll("button")[Number(event.key) - 1];
    if (button) { event.preventDefault(); button.click(); }
    return;
  }
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "Escape" && typing) return leave();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || $("help").open || !question) return;
  const action = /^[1-9]$/.test(event.key) ? () => cycle(Number(event.key) - 1) : keys[event.key];
  if (action) { event.preventDefault(); action(); }
});
for (const [id, action] of Object.entries({
  previous: keys.k, next: keys.j, full: keys.f, zero: keys[0], undo, "help-button": keys["?"],
})) $(id).addEventListener("click", action);
$("comment").addEventListener("input", showComments);
$("comment").addEventListener("change", saveComment);
$("questions").addEventListener("change", () => load($("questions").value));
$("total").addEventListener("toggle", () => { if ($("total").open) showTotal(); });
$("upload").addEventListener("change", async () => {
  const [file] = $("upload").files;
  if (!file) return;
  const reply = await post(`${base}/marks.csv`, await file.text());
  $("upload").value = "";
  notice(reply.status === 200 ? `${reply.value.rows} rows were taken in.` : reply.value.error);
  await look();
});

// What other markers have done appears within seconds.
async function look() {
  const news = await get(`changes?since=${change}`);
  change = news.change;
  saver.learn(news.entries);
  const said = news.entries.filter((e) => e.question === question.label && e.comment).map((e) => e.comment);
  question.comments = [...new Set([...question.comments, ...said])];
  if (news.fault) notice(news.fault);
  for (const item of news.progress || []) showProgress(item.label, item.marked, item.all);
  if (news.entries.length && !(document.activeElement.matches("#criteria input"))) showMarks();
}
setInterval(() => { if (question) look().catch(() => {}); }, 3000);

await load($("questions").value);
