"use strict";
// Everything that is shown comes from the JSON in the page. Texts are put in as text, never as markup.
const D = JSON.parse(document.getElementById("data").textContent);
const OUTCOME = { p: "passed", f: "failed", e: "error", t: "out of time", b: "could not be imported", n: "not run",
  i: "points withheld" };
const PAGE = 25; // lines of a table that are shown at once

function node(tag, facts, ...children) {
  const made = tag === "svg" || tag === "rect" || tag === "text" || tag === "line"
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(facts || {})) {
    if (key === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined).map((c) => typeof c === "number" ? String(c) : c));
  return made;
}
const percent = (part) => part === null || part === undefined ? "" : (100 * part).toFixed(0) + " %";
const fixed = (value) => value === null ? "" : value.toFixed(2);
const number = (value, digits = 2) => value === null || value === undefined ? "" : String(Number(value.toFixed(digits)));
const person = (place) => node("a", { href: "#student-" + place }, D.people[place].n);
const people = (places) => {
  const shown = places.slice(0, 40).flatMap((place, i) => i ? [", ", person(place)] : [person(place)]);
  return places.length > 40 ? [...shown, " and " + (places.length - 40) + " more"] : shown;
};

// A table that can be sorted by each column, and shows PAGE lines at once. A column has a name, a `value` to sort by and
// what to `show` (by default the value).
function table(caption, columns, lines, first = 0, down = false) {
  let by = first, descending = down, start = 0, kept = lines;
  const body = node("tbody"), heads = columns.map((column, i) => node("th",
    { scope: "col", class: column.right ? "number" : null },
    node("button", { type: "button", on: { click: () => { descending = by === i ? !descending : !!column.right; by = i; start = 0; draw(); } } },
      column.name)));
  const status = node("span", { class: "quiet", role: "status" });
  const back = node("button", { type: "button", on: { click: () => { start -= PAGE; draw(); } } }, "Previous");
  const next = node("button", { type: "button", on: { click: () => { start += PAGE; draw(); } } }, "Next");
  const search = node("input", { type: "search", placeholder: "Search", "aria-label": "Search " + caption, on: { input: () => {
    const word = search.value.toLowerCase();
    kept = lines.filter((line) => columns.some((c) => String(c.value(line) ?? "").toLowerCase().includes(word)));
    start = 0;
    draw();
  } } });
  function draw() {
    const value = columns[by].value, sign = descending ? -1 : 1;
    kept.sort((a, b) => {
      const x = value(a), y = value(b);
      if (x === y) return 0;
      if (x === null || x === undefined || x === "") return 1;
      if (y === null || y === undefined || y === "") return -1;
      return sign * (typeof x === "number" ? x - y : String(x).localeCompare(String(y)));
    });
    heads.forEach((head, i) => i === by ? head.setAttribute("aria-sort", descending ? "descending" : "ascending") : head.removeAttribute("aria-sort"));
    body.replaceChildren(...kept.slice(start, start + PAGE).map((line) => node("tr", null, ...columns.map((column) => {
      const shown = column.show ? column.show(line) : column.value(line);
      return node("td", { class: [column.right ? "number" : "", column.look ? column.look(line) : ""].join(" ").trim() || null },
        ...(Array.isArray(shown) ? shown : [shown === null || shown === undefined ? "" : shown]));
    }))));
    status.textContent = kept.length ? (start + 1) + " to " + Math.min(start + PAGE, kept.length) + " of " + kept.length : "nothing";
    back.disabled = start === 0;
    next.disabled = start + PAGE >= kept.length;
  }
  kept = lines.slice();
  draw();
  const tools = lines.length > 15 ? node("div", { class: "tools" }, search, back, next, status) : null;
  return node("div", null, tools, node("div", { class: "scroll" }, node("table", null, node("caption", null, caption),
    node("thead", null, node("tr", null, ...heads)), body)));
}

function section(id, title, ...children) {
  return node("section", { id, "aria-labelledby": id + "-title" }, node("h2", { id: id + "-title" }, title), ...children);
}

function histogram() {
  const most = Math.max(1, ...D.histogram), width = 34, count = D.histogram.length;
  const bars = D.histogram.flatMap((many, i) => {
    const height = 140 * many / most, x = 10 + i * width;
    return [node("rect", { class: "bar", x, y: 160 - height, width: width - 4, height }),
      many ? node("text", { x: x + (width - 4) / 2, y: 155 - height, "text-anchor": "middle" }, many) : null];
  });
  const ticks = [0, 25, 50, 75, 100].map((share) => node("text", { x: 10 + share / 100 * count * width, y: 178, "text-anchor": "middle" }, share + " %"));
  const told = D.histogram.map((many, i) => many + " with " + 100 * i / count + " to " + 100 * (i + 1) / count + " %").join(", ");
  return node("svg", { viewBox: "0 0 " + (count * width + 30) + " 185", width: 720, role: "img", "aria-label": "Scores: " + told }, ...bars,
    node("line", { class: "axis", x1: 10, x2: 10 + count * width, y1: 160, y2: 160 }), ...ticks);
}

function overview() {
  const f = D.facts;
  const tiles = [["people", f.people], ["with a result", f.results], ["mean", number(f.mean) + " of " + number(f.maximum)],
    ["median", number(f.median)], ["reliability (alpha)", number(f.reliability)], ["median time of a grading", f.seconds === null ? "" : number(f.seconds, 1) + " s"]];
  return section("scores", "Scores",
    node("ul", { class: "tiles" }, ...tiles.filter((tile) => tile[1] !== "").map(([name, value]) => node("li", null, node("b", null, value), name))),
    node("p", null, Object.entries(f.states).map(([state, many]) => many + " " + state).join(", ")), histogram());
}

function checks() {
  const [NAME, ASSIGNMENT, COMPONENT, TITLE, PUBLIC, POINTS, PEOPLE, PASSED, DIFFICULTY, DISCRIMINATION, SECONDS, DEAD] = Array(12).keys();
  const note = (line) => line[DEAD] ? (line[DIFFICULTY] > 0.99 ? "dead: everybody passed" : "dead: all earned the same")
    : line[DISCRIMINATION] !== null && line[DISCRIMINATION] < 0 ? "negative: who has more points fails it more" : "";
  const dead = D.checks.filter((line) => line[DEAD]).length;
  return section("checks", "Checks",
    node("p", { class: "quiet" }, "Difficulty is the mean share of the points. Discrimination is the correlation with the points of all other checks. "
      + dead + " of " + D.checks.length + " checks are dead: they tell nobody from anybody."),
    table("Checks", [
      { name: "Check", value: (c) => c[NAME], show: (c) => [node("span", { class: "code" }, c[NAME]), node("br"), node("span", { class: "quiet" }, c[TITLE])] },
      { name: "Points", value: (c) => c[POINTS], right: true },
      { name: "People", value: (c) => c[PEOPLE], right: true },
      { name: "Passed", value: (c) => c[PEOPLE] ? c[PASSED] / c[PEOPLE] : null, show: (c) => c[PEOPLE] ? percent(c[PASSED] / c[PEOPLE]) : "", right: true },
      { name: "Difficulty", value: (c) => c[DIFFICULTY], show: (c) => fixed(c[DIFFICULTY]), right: true },
      { name: "Discrimination", value: (c) => c[DISCRIMINATION], show: (c) => fixed(c[DISCRIMINATION]), right: true },
      { name: "Median s", value: (c) => c[SECONDS], show: (c) => number(c[SECONDS], 3), right: true },
      { name: "Note", value: note, look: () => "flag" },
    ], D.checks, 3));
}

function beliefs() {
  const most = Math.max(1, ...D.beliefs.map((b) => Math.max(...Object.values(b.by))));
  const heat = (many) => many ? "heat h" + Math.max(1, Math.ceil(4 * many / most)) : "heat";
  return section("beliefs", "Beliefs", node("p", { class: "quiet" }, "How many people have each known misconception, by the assignments in which it shows."),
    D.beliefs.length ? table("Beliefs and assignments", [
      { name: "Belief", value: (b) => b.sentence, show: (b) => [b.sentence, node("br"), node("span", { class: "quiet code" }, b.name)] },
      { name: "People", value: (b) => b.people.length, right: true },
      ...D.assignments.map((a) => ({ name: a, value: (b) => b.by[a] || null, look: (b) => heat(b.by[a]), right: true })),
      { name: "Who", value: (b) => b.people.map((p) => D.people[p].n).join(" "), show: (b) => [node("details", null, node("summary", null, "show"), ...people(b.people))] },
    ], D.beliefs, 1, true) : node("p", null, "None was found."));
}

function help() {
  return section("help", "Who needs the same help", node("p", { class: "quiet" },
    "People whose failures in one component are the same, and are explained by no belief. Such a group may be a misconception that nobody has written down yet."),
    ...(D.clusters.length ? D.clusters.map((c, place) => node("details", null,
      node("summary", null, (place + 1) + ". " + c.people.length + " people: " + c.assignment + " " + c.component + ", " + c.checks.length + " check" + (c.checks.length > 1 ? "s" : "")),
      node("ul", null, ...c.checks.map(([check, seen]) => node("li", null, node("span", { class: "code" }, D.checks[check][0]), " \u2013 " + seen))),
      node("p", null, ...people(c.people)))) : [node("p", null, "No two people have the same unexplained failures.")]));
}

function times() {
  const slow = D.people.map((p, place) => [place, p.t]).filter((line) => line[1] !== undefined).sort((a, b) => b[1] - a[1]).slice(0, 10);
  const counts = Object.entries(D.attempts);
  return section("time", "Time and attempts",
    node("h3", null, "Longest gradings"), table("Longest gradings", [
      { name: "Who", value: (l) => D.people[l[0]].n, show: (l) => person(l[0]) },
      { name: "Seconds", value: (l) => l[1], show: (l) => number(l[1], 1), right: true }], slow, 1, true),
    node("h3", null, "Attempts"), table("Attempts", [
      { name: "Attempts", value: (l) => Number(l[0]), right: true }, { name: "People", value: (l) => l[1], right: true }], counts));
}

function students() {
  const lines = D.people.map((p, place) => [p, place]);
  return section("students", "Students", table("Students", [
    { name: "Who", value: ([p]) => p.n, show: ([, place]) => person(place) },
    { name: "Id", value: ([p]) => p.i },
    { name: "Score", value: ([p]) => p.s ?? 0, show: ([p]) => number(p.s ?? 0), right: true },
    ...D.assignments.map((a) => ({ name: a, value: ([p]) => p.a ? p.a[a] : null, show: ([p]) => p.a ? number(p.a[a]) : "", right: true })),
    { name: "Late", value: ([p]) => p.l },
    { name: "State", value: ([p]) => p.st, look: ([p]) => p.st === "graded" ? "" : "flag" },
  ], lines));
}

function student(place) {
  const p = D.people[place], why = new Map();
  for (let i = 0; i < (p.w || []).length; i += 2) why.set(p.w[i], p.w[i + 1]);
  const held = [...new Set([...why.values()].filter((reason) => reason >= 0))];
  const lines = [...(p.o || "")].map((letter, check) => [check, letter]).filter((line) => line[1] !== "-");
  const verdict = (letter) => OUTCOME[letter] || "partly, " + letter + "0 %";
  const told = (check) => why.has(check) ? why.get(check) >= 0 ? D.beliefs[why.get(check)].sentence : D.sentences[-1 - why.get(check)] : "";
  return section("student", p.n,
    node("p", null, node("a", { href: "#students" }, "All students")),
    node("ul", { class: "tiles" }, node("li", null, node("b", null, number(p.s ?? 0) + " of " + number(p.m)), "score"),
      ...Object.entries(p.a || {}).map(([a, points]) => node("li", null, node("b", null, number(points)), "in " + a)),
      node("li", null, node("b", null, p.st), p.r + (p.i ? ", " + p.i : "")), p.l ? node("li", null, node("b", null, p.l), "late") : null),
    ...(p.said || []).map((sentence) => node("p", null, sentence)), p.k ? node("p", { class: "flag" }, p.k) : null,
    D.reports && p.o ? node("p", null, node("a", { href: D.reports.replace("{}", encodeURIComponent(p.r).replaceAll("%2F", "/")) }, "The whole report")) : null,
    p.more ? table("Attempts", [{ name: "Submission", value: (l) => l[0] }, { name: "Submitted", value: (l) => l[1] }, { name: "State", value: (l) => l[2] },
      { name: "Earned", value: (l) => l[3], right: true }], p.more, 1) : null,
    held.length ? node("h3", null, "Beliefs") : null,
    held.length ? node("ul", null, ...held.map((b) => node("li", null, D.beliefs[b].sentence, node("span", { class: "quiet" }, " (" + D.beliefs[b].people.length + " people)")))) : null,
    lines.length ? node("h3", null, "Checks") : null,
    lines.length ? table("Checks of " + p.n, [
      { name: "Check", value: (l) => D.checks[l[0]][0], show: (l) => node("span", { class: "code" }, D.checks[l[0]][0]) },
      { name: "Outcome", value: (l) => verdict(l[1]), look: (l) => l[1] === "p" ? "good" : "bad" },
      { name: "Passed by", value: (l) => D.checks[l[0]][7] / D.checks[l[0]][6], show: (l) => percent(D.checks[l[0]][7] / D.checks[l[0]][6]), right: true },
      { name: "What was found", value: (l) => told(l[0]) },
    ], lines, 1) : null);
}

const parts = [["scores", "Scores"], ["checks", "Checks"], ["beliefs", "Beliefs"], ["help", "Same help"], ["time", "Time"], ["students", "Students"]];
let whole = null;
function draw() {
  const main = document.getElementById("main"), wanted = /^#student-(\d+)$/.exec(location.hash);
  if (wanted && D.people[wanted[1]]) {
    main.replaceChildren(student(Number(wanted[1])));
    scrollTo(0, 0);
    return;
  }
  whole = whole || [overview(), checks(), beliefs(), help(), times(), students(), footer()];
  if (main.firstChild !== whole[0]) main.replaceChildren(...whole);
  const there = location.hash && document.getElementById(location.hash.slice(1));
  if (there) there.scrollIntoView();
}
function footer() {
  const m = D.facts.made;
  return node("p", { class: "quiet" }, "Run " + D.facts.run + " of " + D.facts.began + " on " + D.facts.source + "; assignments " + m.assignments
    + "; checks " + m.checks + ", reference " + m.reference + ", grader " + m.grader + "; " + m.machine + ".");
}
document.getElementById("top").append(node("h1", null, D.title));
document.getElementById("nav").append(node("ul", null, ...parts.map(([id, name]) => node("li", null, node("a", { href: "#" + id }, name)))));
addEventListener("hashchange", draw);
draw();
