// The search page: the form's values are the page's address, the address is the search, and the search fills the page.
// Each fiscal year has an index of its own; the newest answers first and the others are merged in as they load.

import { fieldsOf, fold, marked, query, runs } from "./tokens.js";

const PER_PAGE = 10;
const FILTERS = ["year", "agency", "status", "policy", "strategy", "budget", "progress"];
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
const format = (number) => new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(number);
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
  const [pagefind, table] = await Promise.all([import(`${folder}pagefind.js`), tableOf(folder)]);
  const index = pagefind.createInstance({ basePath: folder });
  await index.init();
  return { index, table };
}

// Compressed when it was built, because a plain static host does not; some hosts say so and the browser unpacks it.
async function tableOf(folder) {
  const response = await fetch(`${folder}table.json.gz`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const stream = new Blob([bytes]).stream();
  return new Response(packed ? stream.pipeThrough(new DecompressionStream("gzip")) : stream).json();
}

// The answers to the words of the moment, by year: a filter, an order or a page asks nothing anew.
let current = { q: null };

export function answer(year, q) {
  if (current.q !== q) current = { q, asked: query(q), years: new Map() };
  if (!current.years.has(year)) current.years.set(year, ask(year, current.asked));
  return current.years.get(year);
}

// The projects of every year that hold everything that is asked for, the best match first.
export async function find(q) {
  const answers = await Promise.all(years.map((year) => answer(year, q)));
  return answers.flat().sort(compare(""));
}

async function ask(year, asked) {
  const { index, table } = await shard(year);
  if (!asked) return Object.entries(table).map(([id, row]) => ({ id, row, year, score: 0, first: 0 }));
  let results = (await index.search(asked.ranked)).results;
  for (const question of [...asked.phrases, ...asked.opens]) {
    if (results.length === 0 || question === asked.ranked) continue;
    const ids = new Set((await index.search(question)).results.map((result) => result.id));
    results = results.filter((result) => ids.has(result.id));
  }
  return results.map((result) => {
    const row = table[result.id];
    return { id: result.id, result, row, year, score: result.score, first: isNamed(row, asked) };
  });
}

// Whether the whole name or the whole code of a project was asked for: 2 to the letter, 1 but for spaces and signs. Folding
// at most drops characters and joins two to one, so that a name of quite another length need not be looked at.
function isNamed(row, { q, name }) {
  for (const text of [row.title, row.project_id]) {
    if (text.length < name.length || text.length > 2 * name.length + 9) continue;
    if (fold(text) === q) return 2;
    if (runs(text).flat().join("") === name) return 1;
  }
  return 0;
}

const fits = (entry, state, without) =>
  FILTERS.every(
    (name) =>
      name === without || !state[name] || (name === "year" ? entry.year : entry.row[`filter_${name}`]) === state[name],
  );

// By relevance: whole names and codes first, then by score. By a value: the greatest first, and what lacks it last.
function compare(sort) {
  const newest = (a, b) => years.indexOf(a.year) - years.indexOf(b.year);
  if (!sort) return (a, b) => b.first - a.first || b.score - a.score || newest(a, b) || (a.id < b.id ? -1 : 1);
  const dated = sort === "finish" || sort === "report";
  const value = ({ row }) => row[SORTS[sort]] && (dated ? Date.parse(row[SORTS[sort]]) : Number(row[SORTS[sort]]));
  return (a, b) => (value(b) ?? -Infinity) - (value(a) ?? -Infinity) || newest(a, b) || (a.id < b.id ? -1 : 1);
}

// ---- The search

let latest = 0;
let shown = [];

async function search(state) {
  const run = ++latest;
  const words = query(state.q)?.words ?? [];
  const idle = words.length === 0 && !state.sort && !FILTERS.some((name) => state[name]);
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
      entries = await find(state.q);
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
  download.hidden = entries.length === 0;
  tips.hidden = entries.length > 0;
  pages.replaceChildren(...pageLinks(state, page, count));
}

function countFilters(entries, state, idle) {
  for (const name of FILTERS) {
    const counts = new Map();
    for (const entry of entries) {
      if (!fits(entry, state, name)) continue;
      const value = name === "year" ? entry.year : entry.row[`filter_${name}`];
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    for (const option of [...form.elements[name].options].slice(1)) {
      const label = labels[name].get(option.value);
      option.textContent = idle ? label : `${label} (${format(counts.get(option.value) ?? 0)})`;
    }
  }
}

// ---- A result

async function card({ row, year, result }, words) {
  const item = document.querySelector("#result").content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  const agency = labels.agency.get(row.filter_agency) ?? "";
  part("link").href = addressOfPage(row);
  part("link").append(...markup(row.title, words));
  part("who").append(...markup([agency, labels.year.get(year), row.project_id].filter(Boolean).join(" · "), words));
  fill(part("progress"), row.progress_percent === undefined ? null : `${format(row.progress_percent)}%`);
  part("bar").setAttribute("width", Math.min(100, Number(row.progress_percent ?? 0)));
  part("meter").toggleAttribute("hidden", row.progress_percent === undefined);
  fill(part("budget"), money(row.budget_received));
  const unseen = words.filter((word) => ![row.title, agency, row.project_id].some((text) => holds(text, word)));
  const match = unseen.length ? matchIn((await result.data()).content, unseen) : null;
  part("match").hidden = !match;
  if (match) {
    part("match-field").textContent = say(`field-${match.name}`);
    part("match-text").append(...markup(match.text, words));
  }
  return item;
}

const addressOfPage = (row) => form.dataset.prefix + row.url.slice(1);

function fill(node, text) {
  node.textContent = text ?? say("no-data");
  node.className = text === null ? "no-data" : "figure";
}

function money(amount) {
  if (amount === undefined) return null;
  return amount < 1e6 ? `${format(amount)} ${say("baht")}` : `${format(amount / 1e6)} ${say("million")}`;
}

const holds = (text, word) => marked(text, [word]).some(([, hit]) => hit);
const markup = (text, words) =>
  marked(text, words).map(([part, hit]) => (hit ? Object.assign(document.createElement("mark"), { textContent: part }) : part));

// Where words were found that the card does not show already: the field, and what stands around the first of them.
function matchIn(content, words) {
  for (const { name, text } of fieldsOf(content)) {
    const word = words.find((one) => text.includes(one));
    if (word === undefined) continue;
    const at = text.indexOf(word);
    const begin = at > 40 ? Math.max(text.lastIndexOf(" ", at - 20) + 1, at - 60) : 0;
    const end = Math.min(text.length, at + word.length + 70);
    return { name, text: `${begin ? "…" : ""}${text.slice(begin, end).trim()}${end < text.length ? "…" : ""}` };
  }
  return null;
}

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
export function cell(value = "") {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save() {
  const head = [...document.querySelectorAll("#columns li")].map((item) => item.textContent);
  const rows = shown.map(({ row }) => [
    row.project_id,
    row.title,
    labels.agency.get(row.filter_agency) ?? row.filter_agency,
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
