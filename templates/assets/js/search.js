// The search page: the form's values are the page's address, the address is the search, and the search fills the page.
// The index of the newest fiscal year answers first, and those of the others are merged in as they load.

import { addressOf, chosenFilters, countFilters, fillForm, fits, form, format, isIdle, labels, say, showFilters, stateOf, stateOfForm, years } from "./search-form.js";
import { answer, askedFor, find, open, shard } from "./search-index.js";
import { groupsFor, loadSuppliers, notesOn, removedProject, showChange, showGroups, showNotes } from "./search-notes.js";
import { byName, card, cell, compare, pageLinks, save } from "./search-results.js";

export { cell, find, years };

const PER_PAGE = 10;

const [list, status, range, pages, download, tips, start, found] = ["#results", "#count", "#range", "#result-pages", "#download", "#tips", "#start", "#found"].map((id) => document.querySelector(id));
open(form.dataset.pagefind, years);

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
  showFilters(state);
  start.hidden = !isIdle(state);
  start.toggleAttribute("data-shown", isIdle(state));
  if (isIdle(state)) return begin(state, run);
  const exact = state.exact === "1";
  // The tables load while the synonyms do.
  for (const year of years) shard(year).catch(() => {});
  const [asked] = await Promise.all([askedFor(state.q, exact), loadSuppliers()]);
  const first = await unlessLate(run, answer(state.year || years[0], state.q, exact));
  if (!first) return undefined;
  const early = first.entries.filter((entry) => fits(entry, state));
  if (early.length && !state.sort) {
    show(early, state, { asked });
    status.textContent = say("searching", { n: format(early.length) });
  }
  const entries = await unlessLate(run, find(state.q, exact));
  if (!entries) return undefined;
  return finish(state, run, (await correct(state, run, entries, asked)) ?? { entries, asked });
}

// Nothing is asked yet: all tables are loaded, so that the filters say how many each has and the first letters find them.
async function begin(state, run) {
  shown = [];
  for (const node of [list, pages, status, range]) node.replaceChildren();
  showGroups([]);
  showChange(state, null);
  showNotes([]);
  tips.hidden = true;
  download.disabled = true;
  const entries = await unlessLate(run, find(""));
  if (entries) countAll(entries, state, entries.length);
}

function countAll(entries, state, count) {
  countFilters(entries, state);
  document.querySelector("#show").textContent = say("show", { n: format(count) });
}

// What was probably meant by a query that nothing holds.
async function suggest(asked) {
  const { suggestion } = await import("./search-suggest.js");
  const names = [labels.area, labels.agency, labels.strategy].flatMap((values) => [...values].filter(([value]) => value).map(([, label]) => label));
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
  const corrected = await unlessLate(run, find(meant));
  return corrected?.length ? { entries: corrected, asked: await askedFor(meant), meant } : null;
}

// `entries` are the projects that hold the words, whatever the filters say.
async function finish(state, run, { entries, asked, meant = "" }) {
  const matching = entries.filter((entry) => fits(entry, state));
  if (run !== latest) return;
  show(matching, state, { asked, meant });
  countAll(entries, state, matching.length);
  status.textContent = say(["none", "one"][matching.length] ?? "many", { n: format(matching.length) });
  const notes = await unlessLate(run, notesOn(state, matching.length, entries, asked));
  if (!notes) return;
  showNotes(notes);
  const gone = await unlessLate(run, removedProject(state.q.trim()));
  if (gone) status.append(" · ", say("removed"), " ", gone);
}

// What stands above the results comes with the first of them, so that nothing moves later.
function show(entries, state, { asked, meant = "" }) {
  const results = byName(entries.sort(compare(state.sort)));
  const count = Math.max(1, Math.ceil(results.length / PER_PAGE));
  const page = Math.min(state.page, count);
  const part = results.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const cards = part.map((same) => card(same, asked ?? { words: [], slots: [] }));
  shown = entries;
  showChange(state, asked, meant);
  showGroups(groupsFor(state, asked), asked?.words ?? []);
  list.replaceChildren(...cards);
  list.start = (page - 1) * PER_PAGE + 1;
  const numbers = { from: list.start, to: list.start + part.length - 1, n: results.length };
  const formatted = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, format(value)]));
  range.textContent = count > 1 ? say(results.length < entries.length ? "range-names" : "range", formatted) : "";
  download.disabled = entries.length === 0;
  tips.hidden = entries.length > 0;
  pages.replaceChildren(...pageLinks(state, page, count));
}

// ---- What people do

const pageTitle = document.title;

function nameThePage(state) {
  const asked = state.q.trim() || chosenFilters(state).map(({ text }) => text).join(", ");
  const named = state.page > 1 ? say("page-title", { q: asked, n: format(state.page) }).trim() : asked;
  document.title = named ? `${named} · ${pageTitle}` : pageTitle;
  for (const link of document.querySelectorAll("a.language")) link.search = new URL(addressOf(state)).search;
}

// The place on the page stays in the history, for when a reader comes back: the results are not there yet then.
history.scrollRestoration = "manual";
const savePlace = () => history.replaceState({ ...history.state, top: scrollY, open: openResults() }, "");
const openResults = () => [...list.querySelectorAll("details")].flatMap((details, i) => (details.open ? [i] : []));

function go(state, typing = false) {
  // Typing changes the address in place, so that Back leaves a search and not a letter.
  const inPlace = typing && history.state?.typing;
  if (!inPlace) savePlace();
  history[inPlace ? "replaceState" : "pushState"]({ typing }, "", addressOf(state));
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
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  await go(stateOfForm());
  if (form.elements.q.value) found.focus({ preventScroll: true });
});
form.addEventListener("reset", () => {
  // The filters are cleared, and not what was typed.
  const { q } = stateOfForm();
  setTimeout(() => go({ ...stateOfForm(), q }));
});
form.addEventListener("click", async (event) => {
  const link = event.target.closest("#result-pages a, #changed a, #failed a, #chosen a, #tips li:first-child a, #start .ways a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await go(stateOf(link.href));
  found.focus();
});
download.addEventListener("click", () => save(shown));

async function restore() {
  const state = stateOf(location.href);
  const { top = 0, open: opened = [] } = history.state ?? {};
  fillForm(state);
  await search(state);
  const details = list.querySelectorAll("details");
  for (const i of opened) if (details[i]) details[i].open = true;
  scrollTo(0, top);
  return top;
}
addEventListener("popstate", restore);
addEventListener("pagehide", savePlace);
// WebKit shows a page that it has kept from its top.
addEventListener("pageshow", (event) => {
  if (event.persisted) scrollTo(0, history.state?.top ?? 0);
});
restore().then((top) => {
  if (!top && form.elements.q.value && document.activeElement === document.body) found.focus({ preventScroll: true });
});
