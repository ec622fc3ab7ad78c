// The search page: the form's values are the page's address, the address is the search, and the search fills the page.
// Each fiscal year has an index of its own; the newest answers first and the others are merged in as they load.

import { fold, marked, query, runs } from "./tokens.js";

const PER_PAGE = 10;
const FILTERS = ["year", "agency", "status", "policy", "strategy", "signal", "budget", "progress"];
const SORTS = { budget: "budget_received", progress: "progress_percent", finish: "finish_date", report: "last_reported" };

const form = document.querySelector("#search");
const [list, status, pages, download, tips] = ["#results", "#count", "#result-pages", "#download", "#tips"].map((id) =>
  document.querySelector(id),
);
const say = (name, values = {}) =>
  Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, value),
    document.querySelector(`#words [data-word="${name}"]`)?.textContent ?? "",
  );
const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
// It writes the zero that has a sign as -0.
const format = (value) => numbers.format(value || 0);
export const years = form.dataset.years.split(" ");
const labels = Object.fromEntries(
  FILTERS.map((name) => [name, new Map([...form.elements[name].options].map((o) => [o.value, o.textContent]))]),
);

// ---- The address, the form, and what both say

function stateOf(address) {
  const values = new URL(address).searchParams;
  const known = (name) => (labels[name].has(values.get(name)) ? values.get(name) : "");
  return {
    q: (values.get("q") ?? "").slice(0, form.elements.q.maxLength),
    ...Object.fromEntries(FILTERS.map((name) => [name, known(name)])),
    sort: values.get("sort") in SORTS ? values.get("sort") : "",
    page: Math.max(1, Number.parseInt(values.get("page"), 10) || 1),
  };
}

function addressOf(state) {
  const address = new URL(form.action);
  for (const [name, value] of Object.entries(state)) {
    if (value && !(name === "page" && value === 1)) address.searchParams.set(name, value);
  }
  return address.href;
}

const fields = ["q", ...FILTERS, "sort"];
const stateOfForm = () => ({ ...Object.fromEntries(fields.map((name) => [name, form.elements[name].value])), page: 1 });

function fillForm(state) {
  for (const name of fields) form.elements[name].value = state[name];
  if ([...FILTERS, "sort"].some((name) => state[name])) document.querySelector(".filters").open = true;
}

// ---- The indexes

const shards = new Map();

function shard(year) {
  if (!shards.has(year)) {
    const loading = load(year);
    loading.catch(() => shards.delete(year));
    shards.set(year, loading);
  }
  return shards.get(year);
}

async function load(year) {
  const folder = `${form.dataset.pagefind}${year}/`;
  const { columns, rows, files } = JSON.parse(new TextDecoder().decode(await unpacked(`${folder}table.json.gz`, "no-cache")));
  return {
    folder,
    files,
    loaded: new Map(),
    rows: rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]]))),
    places: new Map(rows.map(([id], i) => [id, i])),
  };
}

// Packed when it was built, because a plain static host does not; some hosts say so and the browser unpacks it.
async function unpacked(address, cache) {
  const response = await fetch(address, { cache });
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The terms of a file, each with the bytes that say which sections hold it.
function termFile(index, name) {
  if (!index.loaded.has(name)) {
    const loading = unpacked(`${index.folder}terms/${name}.gz`).then((data) => {
      let at = data.indexOf(10) + 1;
      const head = JSON.parse(new TextDecoder().decode(data.subarray(0, at)));
      const count = head.length / 2;
      return new Map(head.slice(0, count).map((term, i) => [term, data.subarray(at, (at += head[count + i]))]));
    });
    loading.catch(() => index.loaded.delete(name));
    index.loaded.set(name, loading);
  }
  return index.loaded.get(name);
}

// The bytes of every term that is `term` or, if it is open, begins with it.
async function holders(index, term, open) {
  const after = index.files.findIndex(([first]) => first > term);
  const from = Math.max(0, (after < 0 ? index.files.length : after) - 1);
  let to = from + 1;
  while (open && index.files[to]?.[0].startsWith(term)) to++;
  const files = await Promise.all(index.files.slice(from, to).map(([, name]) => termFile(index, name)));
  if (!open) return files.flatMap((file) => file.get(term) ?? []);
  return files.flatMap((file) => [...file].filter(([one]) => one.startsWith(term)).map(([, data]) => data));
}

// Each project has three sections: the weighty fields, those that weigh less, and the rest. A run of a query lies within
// one field, so all its terms must be in one section. Says of each project the first section that has them, or 3.
const SECTIONS = 3;

async function placesOf(index, { whole, open }) {
  const lists = await Promise.all([...whole.map((term) => holders(index, term, false)), holders(index, open, true)]);
  const seen = new Uint16Array(index.rows.length * SECTIONS);
  lists.forEach((list, round) => {
    for (const data of list) {
      let section = -1;
      for (const step of data) {
        section += step;
        if (step < 255 && seen[section] === round) seen[section] = round + 1;
      }
    }
  });
  const places = new Uint8Array(index.rows.length).fill(SECTIONS);
  for (let section = seen.length - 1; section >= 0; section--) {
    if (seen[section] === lists.length) places[Math.floor(section / SECTIONS)] = section % SECTIONS;
  }
  return places;
}

// What Pagefind thinks of the projects that hold a run in a weighty field; of one alone there is nothing to think.
async function scoresOf(index, { ranked }, places) {
  const scores = new Map();
  if (places.filter((place) => place === 0).length < 2) return scores;
  index.engine ??= engine(index.folder);
  for (const { id, score } of (await (await index.engine).search(ranked)).results) scores.set(index.places.get(id), score);
  return scores;
}

async function engine(folder) {
  const { createInstance } = await import(`${folder}pagefind.js`);
  const pagefind = createInstance({ basePath: folder });
  await pagefind.init();
  return pagefind;
}

// The answers to the words of the moment, by year: a filter, an order or a page asks nothing anew.
let current = { q: null };

export function answer(year, q) {
  if (current.q !== q) current = { q, asked: query(q), years: new Map() };
  if (!current.years.has(year)) current.years.set(year, ask(year, current.asked));
  return current.years.get(year);
}

// The projects of every year, or of one, that hold everything that is asked for, the best match first.
export async function find(q, year = "") {
  const answers = await Promise.all((year ? [year] : years).map((one) => answer(one, q)));
  return answers.flat().sort(compare(""));
}

// Between the years the browser may answer to what people do.
const pause = () => new Promise((resolve) => setTimeout(resolve));

async function ask(year, asked) {
  if (asked?.words.length === 0) return [];
  const index = await shard(year);
  await pause();
  const entry = (i, score, first) => ({ id: index.rows[i].id, row: index.rows[i], year, score, first });
  if (!asked) return index.rows.map((_, i) => entry(i, 0, 0));
  const places = await Promise.all(asked.questions.map((question) => placesOf(index, question)));
  const scores = [];
  for (const [i, question] of asked.questions.entries()) scores.push(await scoresOf(index, question, places[i]));
  const found = [...index.rows.keys()].filter((i) => places.every((place) => place[i] < SECTIONS));
  return found.map((i) => {
    const score = places.reduce((sum, place, n) => sum + [10 + (scores[n].get(i) ?? 0), 3, 1][place[i]], 0);
    return entry(i, score, isNamed(index.rows[i], asked));
  });
}

// Whether the whole name or the whole code of a project was asked for: 2 to the letter, 1 but for spaces and signs. Folding
// at most drops characters and joins two to one, so that a name of quite another length need not be looked at.
function isNamed(row, { q, name }) {
  for (const text of [row.title, row.project_id]) {
    if (text.length < name.length || text.length > 2 * name.length + 9) continue;
    if (fold(text) === q) return 2;
    if (runs(text).join("") === name) return 1;
  }
  return 0;
}

const fits = (entry, state, without) =>
  FILTERS.every(
    (name) =>
      name === without || !state[name] || valuesOf(entry, name).includes(state[name]),
  );

function valuesOf({ row, year }, name) {
  if (name === "year") return [year];
  if (name === "budget") return [row.budget_received === null ? "no" : "yes"];
  if (name === "progress") return [row.progress_percent === null ? "no" : "yes"];
  if (name === "signal") return row.signal.split(" ");
  return [row[name]];
}

// By relevance: whole names and codes first, then by score. By a value: the greatest first, and what lacks it last.
function compare(sort) {
  const newest = (a, b) => years.indexOf(a.year) - years.indexOf(b.year);
  if (!sort) return (a, b) => b.first - a.first || b.score - a.score || newest(a, b) || (a.id < b.id ? -1 : 1);
  const dated = sort === "finish" || sort === "report";
  const number = (text) => (text === null ? -1 : dated ? Date.parse(text) : Number(text));
  const value = ({ row }) => number(row[SORTS[sort]]);
  return (a, b) => value(b) - value(a) || newest(a, b) || (a.id < b.id ? -1 : 1);
}

// ---- The search

let latest = 0;
let shown = [];

async function search(state) {
  const run = ++latest;
  const asked = query(state.q);
  const words = asked?.words ?? [];
  const idle = !asked && !state.sort && !FILTERS.some((name) => state[name]);
  let entries = [];
  try {
    // Nothing is asked yet: the newest year is loaded, so that the first letters find it ready.
    if (idle) await shard(years[0]);
    else {
      const early = (await answer(state.year || years[0], state.q)).filter((entry) => fits(entry, state));
      if (run !== latest) return;
      if (early.length && !state.sort) {
        await show(early, state, words, run);
        if (run === latest) status.textContent = say("searching", { n: format(early.length) });
      }
      entries = await find(state.q, state.year);
    }
  } catch (error) {
    if (run === latest) status.textContent = say("failed");
    throw error;
  }
  if (run !== latest) return;
  const found = entries.filter((entry) => fits(entry, state));
  await show(found, state, words, run);
  if (run !== latest) return;
  countFilters(entries, state, idle);
  status.textContent = idle ? "" : say(["none", "one"][found.length] ?? "many", { n: format(found.length) });
  await showRemoved(state.q.trim(), run);
}

// A project that left the data is in no index, and is found by its whole id alone.
let removed;

async function showRemoved(id, run) {
  if (!/^[A-Za-z0-9._-]*[0-9][A-Za-z0-9._-]*$/.test(id)) return;
  removed ??= fetch(`${form.dataset.pagefind}removed.json`, { cache: "no-cache" }).then((response) => response.json());
  const titles = await removed.catch(() => ({}));
  if (run !== latest || !Object.hasOwn(titles, id)) return;
  const link = document.createElement("a");
  link.href = addressOfPage({ project_id: id });
  link.textContent = `${titles[id]} (${id})`;
  status.append(" · ", say("removed"), " ", link);
}

async function show(entries, state, words, run) {
  entries.sort(compare(state.sort));
  const count = Math.max(1, Math.ceil(entries.length / PER_PAGE));
  const page = Math.min(state.page, count);
  const part = entries.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const cards = await Promise.all(part.map((entry) => card(entry, words)));
  if (run !== latest) return;
  shown = entries;
  list.replaceChildren(...cards);
  list.start = (page - 1) * PER_PAGE + 1;
  download.disabled = entries.length === 0;
  tips.hidden = entries.length > 0;
  pages.replaceChildren(...pageLinks(state, page, count));
}

function countFilters(entries, state, idle) {
  for (const name of FILTERS) {
    const counts = new Map();
    for (const entry of entries) {
      if (!fits(entry, state, name)) continue;
      for (const value of valuesOf(entry, name)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    for (const option of [...form.elements[name].options].slice(1)) {
      const label = labels[name].get(option.value);
      const unknown = idle || (name === "year" && state.year && option.value !== state.year);
      option.textContent = unknown ? label : `${label} (${format(counts.get(option.value) ?? 0)})`;
    }
  }
}

// ---- A result

async function card({ row, year }, words) {
  const item = document.querySelector("#result").content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  const agency = labels.agency.get(row.agency) ?? "";
  part("link").href = addressOfPage(row);
  part("link").append(...markup(row.title, words));
  part("who").append(...markup([agency, labels.year.get(year), row.project_id].filter(Boolean).join(" · "), words));
  fill(part("progress"), row.progress_percent === null ? null : `${format(row.progress_percent)}%`);
  part("bar").setAttribute("width", Math.min(100, Number(row.progress_percent ?? 0)));
  part("meter").toggleAttribute("hidden", row.progress_percent === null);
  fill(part("budget"), money(row.budget_received));
  const unseen = words.filter((word) => ![row.title, agency, row.project_id].some((text) => holds(text, word)));
  const match = unseen.length ? await matchIn(row, unseen) : null;
  part("match").hidden = !match;
  if (match) {
    part("match-field").textContent = say(`field-${match.name}`) || say("field-extra");
    part("match-text").append(...markup(match.text, words));
  }
  return item;
}

const addressOfPage = (row) => `${form.dataset.prefix}projects/${row.project_id}/`;

function fill(node, text) {
  node.textContent = text ?? say("no-data");
  node.className = text === null ? "no-data" : "figure";
}

function money(amount) {
  if (amount === null) return null;
  return amount < 1e6 ? `${format(amount)} ${say("baht")}` : `${format(amount / 1e6)} ${say("million")}`;
}

const holds = (text, word) => marked(text, [word]).some(([, hit]) => hit);
const markup = (text, words) =>
  marked(text, words).map(([part, hit]) => (hit ? Object.assign(document.createElement("mark"), { textContent: part }) : part));

// Where words were found that the card does not show already: the field, and what stands around the first of them. The
// project's own record has the texts; without it the result still stands.
async function matchIn(row, words) {
  const response = await fetch(`${form.dataset.root}projects/${row.project_id}/project.json`).catch(() => null);
  if (!response?.ok) return null;
  const { provenance, ...record } = await response.json();
  for (const [name, value] of Object.entries(record)) {
    for (const text of textsOf(value)) {
      const folded = fold(text);
      if (!words.some((word) => folded.includes(word))) continue;
      const parts = marked(text, words);
      const hit = parts.findIndex(([, asked]) => asked);
      if (hit < 0) continue;
      const before = parts[hit - 1]?.[0] ?? "";
      const after = parts.slice(hit + 1).map(([part]) => part).join("");
      const begin = before.length > 60 ? Math.max(before.length - 60, before.lastIndexOf(" ", before.length - 20) + 1) : 0;
      const lead = before.slice(begin).replace(/^[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]+/, "");
      const tail = after.slice(0, 70).replace(/[\ud800-\udbff]$/, "");
      return { name, text: `${begin ? "…" : ""}${lead}${parts[hit][0]}${tail}${after.length > 70 ? "…" : ""}`.trim() };
    }
  }
  return null;
}

const textsOf = (value) => (value === null ? [] : typeof value === "object" ? Object.values(value).flatMap(textsOf) : [String(value)]);

function pageLinks(state, page, count) {
  if (count === 1) return [];
  const numbers = [...new Set([1, page - 1, page, page + 1, count])].filter((n) => n >= 1 && n <= count);
  return numbers.map((number) => {
    const link = document.createElement("a");
    link.href = addressOf({ ...state, page: number });
    link.textContent = number;
    link.setAttribute("aria-label", say("page", { n: number }));
    if (number === page) link.setAttribute("aria-current", "page");
    return link;
  });
}

// ---- The list as CSV

// A cell that begins like a formula gets an apostrophe in front, so that no spreadsheet computes it.
export function cell(value) {
  value ??= "";
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save() {
  const head = [...document.querySelectorAll("#columns li")].map((item) => item.textContent);
  const rows = shown.map(({ row }) => [
    row.project_id,
    row.title,
    labels.agency.get(row.agency) ?? row.agency,
    row.fiscal_year,
    row.budget_received,
    row.budget_spent,
    row.progress_percent,
    new URL(addressOfPage(row), location.href).href,
  ]);
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  const text = `\ufeff${[head, ...rows].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = "projects.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// ---- What people do

function go(state, typing = false) {
  // Typing changes the address in place, so that Back leaves a search and not a letter.
  history[typing && history.state?.typing ? "replaceState" : "pushState"]({ typing }, "", addressOf(state));
  return search(state);
}

let timer;
form.elements.q.addEventListener("input", (event) => {
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(() => go(stateOfForm(), true), 150);
});
form.addEventListener("change", (event) => {
  if (event.target.name !== "q") go(stateOfForm());
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  go(stateOfForm());
});
form.addEventListener("reset", () => setTimeout(() => go(stateOfForm())));
pages.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await go(stateOf(link.href));
  document.querySelector("#found").focus();
});
download.addEventListener("click", save);

function restore() {
  const state = stateOf(location.href);
  fillForm(state);
  return search(state);
}
addEventListener("popstate", restore);
restore();
