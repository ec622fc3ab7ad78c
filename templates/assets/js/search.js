// The search page: the form's values are the page's address, the address is the search, and the search fills the page.
// The index of the newest fiscal year answers first, and those of the others are merged in as they load.

import { answer, askedFor, byId, byRelevance, find, open, shard } from "./search-index.js";
import { fold, marked } from "./tokens.js";

export { find };

const PER_PAGE = 10;
const FILTERS = ["year", "agency", "status", "policy", "strategy", "signal", "budget", "progress"];
// Only in names; and exactly as typed, without synonyms and corrections.
const SWITCHES = ["names", "exact"];
const SORTS = { budget: "budget_received", progress: "progress_percent", finish: "finish_date", report: "last_reported" };

const form = document.querySelector("#search");
const [list, status, range, pages, download, tips, changed, groups, failed] = ["#results", "#count", "#range", "#result-pages", "#download", "#tips", "#changed", "#groups", "#failed"].map((id) => document.querySelector(id));
const say = (name, values = {}) =>
  Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, () => value),
    document.querySelector(`#words [data-word="${name}"]`)?.textContent ?? "",
  );
const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
// It writes the zero that has a sign as -0.
const format = (value) => numbers.format(value || 0);
export const years = form.dataset.years.split(" ");
open(form.dataset.pagefind, years);
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
    ...Object.fromEntries(SWITCHES.map((name) => [name, values.get(name) === "1" ? "1" : ""])),
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

function stateOfForm() {
  const values = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
  const switches = Object.fromEntries(SWITCHES.map((name) => [name, form.elements[name].checked ? "1" : ""]));
  return { ...values, ...switches, page: 1 };
}

function fillForm(state) {
  for (const name of fields) form.elements[name].value = state[name];
  for (const name of SWITCHES) form.elements[name].checked = state[name] === "1";
  form.elements.exact.closest("label").hidden = !state.exact;
  if ([...FILTERS, "sort"].some((name) => state[name])) document.querySelector(".filters").open = true;
}

// Whether a project passes the filters, but for that which is called `without`.
const fits = (entry, state, without) =>
  (!state.names || without === "names" || entry.named || entry.first > 0) &&
  FILTERS.every((name) => name === without || !state[name] || valuesOf(entry, name).includes(state[name]));

function valuesOf({ row, year }, name) {
  if (name === "year") return [year];
  if (name === "budget") return [row.budget_received === null ? "no" : "yes"];
  if (name === "progress") return [row.progress_percent === null ? "no" : "yes"];
  if (name === "signal") return row.signal.split(" ");
  return [row[name]];
}

// By relevance, or by a value: the greatest first, and what lacks it last.
function compare(sort) {
  if (!sort) return byRelevance;
  const dated = sort === "finish" || sort === "report";
  const number = (text) => (text === null ? -1 : dated ? Date.parse(text) : Number(text));
  const value = ({ row }) => number(row[SORTS[sort]]);
  return (a, b) => value(b) - value(a) || years.indexOf(a.year) - years.indexOf(b.year) || byId(a, b);
}

// ---- The search

let latest = 0;
let shown = [];

// What `work` returns; null where another search has begun meanwhile.
async function unlessLate(run, work) {
  try {
    const result = await work;
    return run === latest ? result : null;
  } catch (error) {
    if (run === latest) status.textContent = say("failed");
    throw error;
  }
}

async function search(state) {
  const run = ++latest;
  nameThePage(state);
  const isIdle = state.q.trim() === "" && !state.sort && !FILTERS.some((name) => state[name]);
  // Nothing is asked yet: the newest year is loaded, so that the first letters find it ready.
  if (isIdle) return (await unlessLate(run, shard(years[0]))) && finish(state, run, { entries: [], asked: null, isIdle });
  const exact = state.exact === "1";
  // The tables load while the synonyms do.
  for (const year of state.year ? [state.year] : years) shard(year).catch(() => {});
  const asked = await askedFor(state.q, exact);
  const first = await unlessLate(run, answer(state.year || years[0], state.q, exact));
  if (!first) return undefined;
  const early = first.entries.filter((entry) => fits(entry, state));
  if (early.length && !state.sort) {
    await show(early, state, run, { asked, matches: groupsFor(state, asked) });
    if (run === latest) status.textContent = say("searching", { n: format(early.length) });
  }
  const entries = await unlessLate(run, find(state.q, state.year, exact));
  if (!entries) return undefined;
  const everywhere = entries.length || !state.year ? entries : await unlessLate(run, find(state.q, "", exact));
  if (!everywhere) return undefined;
  return finish(state, run, (await correct(state, run, everywhere, asked)) ?? { entries, asked, everywhere });
}

// What was probably meant by a query that nothing holds.
async function suggest(asked) {
  const { suggestion } = await import("./search-suggest.js");
  const names = [labels.agency, labels.strategy].flatMap((values) => [...values].filter(([value]) => value).map(([, label]) => label));
  return suggestion(asked, years, names);
}

// What the page shows for a query without filters.
export async function meantBy(q) {
  const entries = await find(q);
  const asked = await askedFor(q);
  const meant = entries.length || !asked?.typed.length ? "" : await suggest(asked);
  return meant ? find(meant) : entries;
}

// Where nothing holds what was typed, what was probably meant, and what holds that.
async function correct(state, run, entries, asked) {
  if (entries.length || state.exact || !asked?.typed.length) return null;
  const meant = await unlessLate(run, suggest(asked));
  if (!meant) return null;
  const corrected = await unlessLate(run, find(meant, state.year));
  return corrected?.length ? { entries: corrected, asked: await askedFor(meant), meant } : null;
}

// `everywhere` are the results of all years.
async function finish(state, run, { entries, asked, everywhere = entries, isIdle = false, meant = "" }) {
  const matching = entries.filter((entry) => fits(entry, state));
  const matches = await unlessLate(run, counted(groupsFor(state, asked)));
  if (!matches) return;
  await show(matching, state, run, { asked, matches, meant });
  if (run !== latest) return;
  countFilters(entries, state, isIdle);
  status.textContent = isIdle ? "" : say(["none", "one"][matching.length] ?? "many", { n: format(matching.length) });
  await explain(state, run, matching.length, everywhere, asked);
  await showRemoved(state.q.trim(), run);
}

function nameThePage(state) {
  document.title = state.q.trim() ? `${state.q.trim()} · ${pageTitle}` : pageTitle;
  for (const link of document.querySelectorAll("a.language")) {
    link.search = new URL(addressOf(state)).search;
  }
}

const pageTitle = document.title;

function linkTo(state, text) {
  return Object.assign(document.createElement("a"), { href: addressOf(state), textContent: text });
}

// What was searched beside or in place of what was typed, and the way back.
function showChange(state, asked, meant) {
  const replaced = (asked?.slots ?? []).filter((slot) => slot.isWidened);
  const parts = [];
  if (meant) parts.push(say("meant", { typed: state.q.trim(), meant }));
  for (const slot of replaced) {
    const others = slot.others.map((words) => words.join(" ")).join(", ");
    parts.push(say("synonyms", { typed: slot.typed.join(" "), others }));
  }
  changed.hidden = parts.length === 0;
  changed.replaceChildren();
  if (parts.length) changed.append(parts.join(" "), " ", linkTo({ ...state, exact: "1", page: 1 }, say("as-typed", { typed: state.q.trim() })));
}

// ---- Agencies, policies, strategies and years

const GROUPS = { agency: "agencies", policy: "policies", strategy: "strategies", year: "years" };
const GROUPS_SHOWN = 5;

// Those whose name has all words.
function groupsFor(state, asked) {
  if (!asked?.slots.length || state.page > 1) return [];
  return Object.keys(GROUPS).flatMap((name) =>
    [...labels[name]]
      .filter(([value, label]) => value && value !== "unknown" && isAskedFor(label, value, asked))
      .map(([value, label]) => ({ name, value, label, count: null })),
  );
}

// How many projects each has, in all years; those with the most come first.
async function counted(matches) {
  if (matches.length === 0) return matches;
  const tables = await Promise.all(years.map(shard));
  for (const match of matches) {
    const has = match.name === "year" ? (year) => year === match.value : (_, row) => row[match.name] === match.value;
    match.count = tables.reduce((sum, { year, rows }) => sum + rows.filter((row) => has(year, row)).length, 0);
  }
  return matches.sort((a, b) => b.count - a.count);
}

function showGroups(matches, words) {
  groups.replaceChildren(...matches.slice(0, GROUPS_SHOWN).map((match) => groupItem(match, words)));
  groups.hidden = matches.length === 0;
}

function isAskedFor(label, value, { slots, name }) {
  if (fold(value) === name) return true;
  return slots.every(({ alternatives }) => alternatives.some((questions) => questions.every(({ run }) => holds(label, run))));
}

function groupItem({ name, value, label, count }, words) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${form.dataset.prefix}${GROUPS[name]}/${encodeURIComponent(value)}/`;
  link.append(...markup(label, words));
  item.append(`${say(`group-${name}`)}: `, link);
  if (count !== null) item.append(` · ${say(count === 1 ? "project" : "projects", { n: format(count) })}`);
  return item;
}

// ---- Nothing is found

// Which word stands nowhere, what would be found without it, and what without the filters.
async function explain(state, run, count, entries, asked) {
  const notes = [];
  if (count === 0 && asked) {
    if (asked.slots.length === 0) notes.push([say("only-signs")]);
    if (entries.length) notes.push(filtersToDrop(state, entries));
    else if (asked.slots.length > 1) notes.push(...(await wordsToDrop(state, asked)));
  }
  if (run !== latest) return;
  failed.replaceChildren(...notes.map((note) => {
    const item = document.createElement("li");
    item.append(...note);
    return item;
  }));
  failed.hidden = notes.length === 0;
}

function filtersToDrop(state, entries) {
  const without = { q: state.q, exact: state.exact, page: 1 };
  return [linkTo(without, say("without-filters", { n: format(entries.length) }))];
}

async function wordsToDrop(state, asked) {
  const answers = await Promise.all((state.year ? [state.year] : years).map((year) => answer(year, state.q, state.exact === "1")));
  const sum = (name, i) => answers.reduce((total, each) => total + (each[name][i] ?? 0), 0);
  return asked.slots.flatMap((slot, i) => {
    const typed = slot.typed.join(" ");
    const note = sum("alone", i) === 0 ? [say("nowhere", { word: typed }), " "] : [];
    const without = sum("without", i);
    if (without) {
      const q = asked.slots.filter((other) => other !== slot).map((other) => other.typed.join(" ")).join(" ");
      note.push(linkTo({ ...state, q, page: 1 }, say("without-word", { word: typed, n: format(without) })));
    }
    return note.length ? [note] : [];
  });
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

// What stands above the results comes with the first of them, so that nothing moves later.
async function show(entries, state, run, { asked, matches, meant = "" }) {
  const words = asked?.words ?? [];
  entries.sort(compare(state.sort));
  const count = Math.max(1, Math.ceil(entries.length / PER_PAGE));
  const page = Math.min(state.page, count);
  const part = entries.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const cards = await Promise.all(part.map((entry) => card(entry, words)));
  if (run !== latest) return;
  shown = entries;
  showChange(state, asked, meant);
  showGroups(matches, words);
  list.replaceChildren(...cards);
  list.start = (page - 1) * PER_PAGE + 1;
  range.textContent = count > 1 ? say("range", { from: format(list.start), to: format(list.start + part.length - 1), n: format(entries.length) }) : "";
  download.disabled = entries.length === 0;
  tips.hidden = entries.length > 0;
  pages.replaceChildren(...pageLinks(state, page, count));
}

function countFilters(entries, state, isIdle) {
  const inNames = entries.filter((entry) => fits({ ...entry, named: entry.named || entry.first > 0 }, { ...state, names: "1" })).length;
  document.querySelector("#names-count").textContent = isIdle || !state.q.trim() ? "" : `(${format(inNames)})`;
  for (const name of FILTERS) {
    const counts = new Map();
    for (const entry of entries) {
      if (!fits(entry, state, name)) continue;
      for (const value of valuesOf(entry, name)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    for (const option of [...form.elements[name].options].slice(1)) {
      const label = labels[name].get(option.value);
      const unknown = isIdle || (name === "year" && state.year && option.value !== state.year);
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

// The first, the last and those beside the current page; a gap of one page is that page.
function pageLinks(state, page, count) {
  if (count === 1) return [];
  const near = (n) => n === 1 || n === count || Math.abs(n - page) <= (page === 1 || page === count ? 2 : 1);
  const numbers = Array.from({ length: count }, (_, i) => i + 1).filter((n) => near(n) || (near(n - 1) && near(n + 1)));
  const link = (number, text, label) => {
    const made = linkTo({ ...state, page: number }, text);
    made.setAttribute("aria-label", label);
    return made;
  };
  const nodes = numbers.flatMap((number, i) => {
    const made = link(number, number, say("page", { n: number }));
    if (number === page) made.setAttribute("aria-current", "page");
    const gap = Object.assign(document.createElement("span"), { textContent: "…" });
    return i && number - numbers[i - 1] > 1 ? [gap, made] : [made];
  });
  if (page > 1) nodes.unshift(link(page - 1, "‹", say("previous")));
  if (page < count) nodes.push(link(page + 1, "›", say("next")));
  return nodes;
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
  if (!typing) fillForm(state);
  return search(state);
}

let timer;
form.elements.q.addEventListener("input", (event) => {
  clearTimeout(timer);
  // Other words are searched as all words are.
  form.elements.exact.checked = false;
  form.elements.exact.closest("label").hidden = true;
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
document.querySelector(".found").addEventListener("click", async (event) => {
  const link = event.target.closest("#result-pages a, #changed a, #failed a");
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
// The place on the page, for a browser that does not keep the page: its results are not there yet when it goes back.
addEventListener("pagehide", () => history.replaceState({ ...history.state, top: scrollY }, ""));
restore().then(() => {
  if (history.state?.top) scrollTo(0, history.state.top);
  else if (form.elements.q.value && document.activeElement === document.body) document.querySelector("#found").focus({ preventScroll: true });
});
