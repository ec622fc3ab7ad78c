// What stands around the results: pages that answer as a whole, what was searched in place of what was typed, and what
// helps where nothing is found.

import { chosenFilters, FILTERS, fits, form, format, labels, linkTo, otherWords, projectsOf, say, years } from "./search-form.js";
import { answer, supplierNames } from "./search-index.js";
import { clustersIn, fold, isSaid, isShort, marked } from "./tokens.js";
import { wordPlaces } from "./words.js";

const listItem = (...parts) => {
  const item = document.createElement("li");
  item.append(...parts);
  return item;
};

export const markup = (text, words) =>
  marked(text, words).map(([part, hit]) => (hit ? Object.assign(document.createElement("mark"), { textContent: part }) : part));

// ---- Areas, agencies, policies, strategies, years and suppliers

const GROUPS = { area: "areas", agency: "agencies", policy: "policies", strategy: "strategies", year: "years" };
const PATHS = { ...GROUPS, supplier: "suppliers" };
const GROUPS_SHOWN = 3;

// What more suppliers than these have in their names asks for none of them, such as "company".
const MOST_SUPPLIERS = 20;

let suppliers = [];

// A city has thousands of suppliers, so they are no part of the page. Without them the results still stand.
export async function loadSuppliers() {
  if (!form.dataset.suppliers || suppliers.length) return;
  const rows = await supplierNames().catch(() => []);
  const { lang } = document.documentElement;
  suppliers = rows.map(([value, names, count]) => {
    const all = Object.values(names);
    const label = names[lang] ?? all[0];
    const text = [label, ...all.filter((other) => other !== label)].join(" / ");
    return { name: "supplier", value, label, count, code: fold(value), text, folded: fold(all.join(" / ")) };
  });
}

// To look for a run in a folded text is a hundred times faster than to mark it, and few texts pass.
function suppliersFor(asked) {
  const mayHold = ({ folded }, { alternatives }) => alternatives.some((questions) => questions.every(({ run }) => folded.includes(run)));
  const likely = suppliers.filter((each) => each.code === asked.name || asked.slots.every((slot) => mayHold(each, slot)));
  if (likely.length > 10 * MOST_SUPPLIERS) return [];
  const matching = likely.filter(({ value, text }) => isAskedFor(value, text, asked));
  return matching.length > MOST_SUPPLIERS ? [] : matching;
}

// Those whose name has all words; those with the most projects come first. None where a filter is chosen: their counts are
// of all projects, and an area that was not chosen is not asked for.
export function groupsFor(state, asked) {
  if (!asked?.slots.length || state.page > 1 || chosenFilters(state).length) return [];
  return Object.keys(GROUPS)
    .flatMap((name) => [...labels[name]].map(([value, label]) => ({ name, value, label, count: projectsOf(name, value) })))
    .filter(({ name, value, label, count }) => count && isAskedFor(value, `${label} / ${otherWords(name, value)}`, asked))
    .concat(suppliersFor(asked))
    .sort((a, b) => b.count - a.count);
}

function isAskedFor(value, text, { slots, name }) {
  if (fold(value) === name) return true;
  return slots.every((slot) => isSaid(slot, text));
}

export function showGroups(matches, words) {
  const groups = document.querySelector("#groups");
  const items = matches.map((match) => groupItem(match, words));
  const more = items.splice(GROUPS_SHOWN);
  if (more.length) {
    const details = document.createElement("details");
    const list = document.createElement("ul");
    list.append(...more);
    details.append(Object.assign(document.createElement("summary"), { textContent: say("more-groups", { n: format(more.length) }) }), list);
    items.push(listItem(details));
  }
  groups.replaceChildren(...items);
  groups.hidden = matches.length === 0;
}

// The name of an agency or a year says what it is.
const quiet = (text) => Object.assign(document.createElement("span"), { className: "basis", textContent: text });

function groupItem({ name, value, label, count }, words) {
  const link = document.createElement("a");
  link.href = `${form.dataset.prefix}${PATHS[name]}/${encodeURIComponent(value)}/`;
  link.append(...markup(label, words));
  const kind = say(`group-${name}`);
  const counted = name === "supplier" ? "contract" : "project";
  return listItem(...(kind ? [quiet(kind)] : []), link, quiet(say(Number(count) === 1 ? counted : `${counted}s`, { n: format(count) })));
}

// ---- What was searched beside or in place of what was typed, and the way back

export function showChange(state, asked, meant) {
  const replaced = (asked?.slots ?? []).filter((slot) => slot.isWidened);
  const parts = [];
  if (meant) parts.push(say("meant", { typed: state.q.trim(), meant }));
  for (const slot of replaced) {
    const others = slot.others.map((words) => words.join(" ")).join(", ");
    parts.push(say("synonyms", { typed: slot.typed.join(" "), others }));
  }
  const changed = document.querySelector("#changed");
  changed.hidden = parts.length === 0;
  changed.replaceChildren();
  if (parts.length) changed.append(parts.join(" "), " ", linkTo({ ...state, exact: "1", page: 1 }, say("as-typed", { typed: state.q.trim() })));
}

// ---- Nothing is found

// Which word stands nowhere, what would be found without it, and what without each filter or without all. `entries` are the
// projects that hold the words.
export async function notesOn(state, count, entries, asked) {
  if (count > 0) return [];
  if (entries.length) return filtersToDrop(state, entries);
  if (!asked?.slots.length) return [[say("only-signs")]];
  const [slot, ...others] = asked.slots;
  if (others.length) return wordsToDrop(state, asked);
  return [[nowhere(slot)], ...(await endsOf(state, slot))];
}

// A script without spaces between words: the longest beginning and the longest end of what was typed that any project holds, with how
// many do. Shorter than two clusters, or held by more than half of the projects, it would say nothing.
async function endsOf(state, { typed }) {
  const [word] = typed;
  const places = typed.length === 1 && clustersIn(word) ? [...(wordPlaces(word) ?? [])].slice(1, -1) : [];
  const first = await longestHeld([...places].reverse().map((place) => word.slice(0, place)));
  const last = await longestHeld(places.map((place) => word.slice(place)));
  return [first, last].filter(Boolean).map(({ part, n }) => [linkTo({ ...unfiltered(state), q: part }, say("part", { part, n: format(n) }))]);
}

async function longestHeld(parts) {
  for (const part of parts.filter((each) => clustersIn(each) > 1)) {
    const answers = await Promise.all(years.map((year) => answer(year, part)));
    const [n, all] = ["entries", "count"].map((name) => answers.reduce((sum, each) => sum + (each[name].length ?? each[name]), 0));
    if (n) return n * 2 <= all ? { part, n } : null;
  }
  return null;
}

// What is said of a word that no project holds; its synonyms were searched too.
function nowhere({ typed, others }) {
  const word = typed.join(" ");
  if (!others.length) return say("nowhere", { word });
  return say("nowhere-synonyms", { word, others: others.map((words) => words.join(" ")).join(", ") });
}

export function showNotes(notes) {
  const failed = document.querySelector("#failed");
  failed.replaceChildren(...notes.map((note) => listItem(...note)));
  failed.hidden = notes.length === 0;
}

function filtersToDrop(state, entries) {
  const counts = filtersOf(state).map((filter) => ({ ...filter, n: entries.filter((entry) => fits(entry, state, filter.name)).length }));
  const notes = counts.filter(({ n }) => n).map(({ text, without, n }) => [linkTo(without, say("without-filter", { filter: text, n: format(n) }))]);
  const all = [linkTo(unfiltered(state), say("without-filters", { n: format(entries.length) }))];
  return counts.length === 1 && notes.length ? notes : [...notes, all];
}

// The filters that are chosen; that names alone are searched is one too.
function filtersOf(state) {
  const names = { name: "names", text: say("names"), without: { ...state, names: "", page: 1 } };
  return [...chosenFilters(state), ...(state.names ? [names] : [])];
}

const unfiltered = (state) => ({ ...state, ...Object.fromEntries(FILTERS.map((name) => [name, ""])), names: "", sort: "", page: 1 });

async function wordsToDrop(state, asked) {
  const answers = await Promise.all(years.map((year) => answer(year, state.q, state.exact === "1")));
  const sum = (name, i) => answers.reduce((total, each) => total + (each[name][i] ?? 0), 0);
  const all = answers.reduce((total, { count }) => total + count, 0);
  return asked.slots.flatMap((slot, i) => {
    const typed = slot.typed.join(" ");
    const note = sum("alone", i) === 0 ? [nowhere(slot), " "] : [];
    const without = sum("without", i);
    const q = asked.slots.filter((other) => other !== slot).map((other) => other.typed.join(" ")).join(" ");
    // Words that more than half of the projects hold, or one or two digits or letters, would find nothing that was meant.
    if (without && without * 2 <= all && !isShort(q)) {
      note.push(linkTo({ ...unfiltered(state), q }, say("without-word", { word: typed, n: format(without) })));
    }
    return note.length ? [note] : [];
  });
}

// A project that left the data is in no index, and is found by its whole id alone.
let removed;

export async function removedProject(id) {
  if (!/^[A-Za-z0-9._-]*[0-9][A-Za-z0-9._-]*$/.test(id)) return null;
  removed ??= fetch(`${form.dataset.pagefind}removed.json`, { cache: "no-cache" }).then((response) => response.json());
  const titles = await removed.catch(() => ({}));
  return Object.hasOwn(titles, id) ? linkToPage(id, `${titles[id]} (${id})`) : null;
}

export function linkToPage(id, text) {
  return Object.assign(document.createElement("a"), { href: `${form.dataset.prefix}projects/${id}/`, textContent: text });
}
