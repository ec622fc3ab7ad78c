// The indexes of the search in the browser: which projects hold what is asked for, and the best match first.
// Each fiscal year has an index of its own. Term files say which projects are found, and where; the table has what is shown.

import { fold, groupsOf, query, runs } from "./tokens.js";

// Each project has four sections: its name, the other weighty fields, the long texts, and the rest. A run of a query lies
// within one field, so all its terms must be in one section.
const SECTIONS = 4;
const WORTH = [8, 4, 2, 1, 0];

// For so many results the order by names and fields is good enough: the engine of Pagefind and its index weigh more than
// twice as much as all else that a query needs.
const FEW = 1000;

let base = "";
let years = [];

// The folder of the indexes, and the fiscal years that have one, the newest first.
export function open(folder, names) {
  base = folder;
  years = names;
}

// ---- Files

// Packed when it was built, because a plain static host does not; some hosts say so and the browser unpacks it.
async function unpacked(address, cache) {
  const response = await fetch(address, { cache });
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const json = async (address) => JSON.parse(new TextDecoder().decode(await unpacked(address, "no-cache")));

// What `make` promises for a key, asked for once, and again after it failed.
function once(map, key, make) {
  if (!map.has(key)) {
    const loading = make();
    loading.catch(() => map.delete(key));
    map.set(key, loading);
  }
  return map.get(key);
}

const shards = new Map();
export const shard = (year) => once(shards, year, () => load(year));

async function load(year) {
  const folder = `${base}${year}/`;
  const { columns, values, files } = await json(`${folder}table.json.gz`);
  const rows = (values[0] ?? []).map((_, i) => Object.fromEntries(columns.map((name, n) => [name, values[n][i]])));
  return { year, folder, files, rows, loaded: new Map() };
}

const small = new Map();
const synonymGroups = () => once(small, "synonyms", () => json(`${base}synonyms.json`).then(groupsOf));

// Each supplier with a contract: its id, its names in both languages, and how many it has.
export const supplierNames = () => once(small, "suppliers", () => json(`${base}suppliers.json.gz`));

// The terms of a file, each with the bytes that say which sections hold it.
async function termFile(index, name) {
  const data = await unpacked(`${index.folder}terms/${name}.gz`);
  let at = data.indexOf(10) + 1;
  const head = JSON.parse(new TextDecoder().decode(data.subarray(0, at)));
  const count = head.length / 2;
  return new Map(head.slice(0, count).map((term, i) => [term, data.subarray(at, (at += head[count + i]))]));
}

// The bytes of every term that is `term` or, if it is open, begins with it.
async function holders(index, term, isOpen) {
  const after = index.files.findIndex(([first]) => first > term);
  const from = Math.max(0, (after < 0 ? index.files.length : after) - 1);
  let to = from + 1;
  while (isOpen && index.files[to]?.[0].startsWith(term)) to++;
  const names = index.files.slice(from, to).map(([, name]) => name);
  const files = await Promise.all(names.map((name) => once(index.loaded, name, () => termFile(index, name))));
  if (!isOpen) return files.flatMap((file) => file.get(term) ?? []);
  return files.flatMap((file) => [...file].filter(([listed]) => listed.startsWith(term)).map(([, data]) => data));
}

// ---- What is found

// Says of each project the first section that has the terms of a question, or SECTIONS.
async function sectionsOf(index, { whole, open: last }) {
  const lists = await Promise.all([...whole.map((term) => holders(index, term, false)), holders(index, last, true)]);
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
  const sections = new Uint8Array(index.rows.length).fill(SECTIONS);
  for (let i = seen.length - 1; i >= 0; i--) if (seen[i] === lists.length) sections[Math.floor(i / SECTIONS)] = i % SECTIONS;
  return sections;
}

// Of the alternatives of a slot that which stands in the weightiest section; of an alternative its least weighty word.
// Says of the slot whether a synonym has found what the words that were typed have not.
async function placesOf(index, slot) {
  const all = await Promise.all(
    slot.alternatives.map((questions) => Promise.all(questions.map((asked) => sectionsOf(index, asked)))),
  );
  const place = (alternatives, i) => Math.min(SECTIONS, ...alternatives.map((lists) => Math.max(...lists.map((list) => list[i]))));
  const typed = all.slice(0, all.length - slot.others.length);
  const places = index.rows.map((_, i) => place(all, i));
  slot.isWidened ||= places.some((found, i) => found < place(typed, i));
  return places;
}

// The answers to the words of the moment, by year: a filter, an order or a page asks nothing anew.
let current = { key: null };

async function asking(q, exact) {
  const key = `${exact} ${q}`;
  if (current.key === key) return current;
  const groups = exact || !q.trim() ? [] : await synonymGroups().catch(() => []);
  if (current.key !== key) current = { key, asked: query(q, groups), years: new Map(), ranked: null };
  return current;
}

// What is asked for, as `query` says.
export const askedFor = async (q, exact = false) => (await asking(q, exact)).asked;

// Of one year: the projects that hold everything that is asked for, how many hold each slot, and how many all but it.
export async function answer(year, q, exact = false) {
  const { asked, years: answers } = await asking(q, exact);
  return once(answers, year, () => ask(year, asked));
}

// The projects that hold everything that is asked for, the best match first.
export async function find(q, exact = false) {
  const answers = await Promise.all(years.map((year) => answer(year, q, exact)));
  const entries = answers.flatMap(({ entries: found }) => found);
  weigh(entries, answers);
  const { asked } = await asking(q, exact);
  const isNamed = entries.some((entry) => entry.first || entry.named);
  if (asked?.slots.length > 1 && entries.length > FEW && !isNamed) await rank(entries, asked);
  return entries.sort(byRelevance);
}

// A word that few projects hold says more than one that most of them hold. `answers` are those that the entries are of.
function weigh(entries, answers) {
  const sum = (list) => list.reduce((total, count) => total + count, 0);
  const total = sum(answers.map(({ count }) => count));
  const weights = (answers[0]?.alone ?? []).map((_, i) => Math.log(1 + total / (1 + sum(answers.map(({ alone }) => alone[i])))));
  for (const entry of entries) entry.score = sum(entry.worths.map((worth, i) => worth * weights[i]));
}

// Between the years the browser may answer to what people do.
const pause = () => new Promise((resolve) => setTimeout(resolve));

async function ask(year, asked) {
  if (asked?.slots.length === 0) return { entries: [], alone: [], without: [], count: 0 };
  const index = await shard(year);
  await pause();
  const entry = (i, values) => ({ row: index.rows[i], place: i, year, first: 0, inName: 0, named: false, phrase: false, worths: [], score: 0, rank: 0, ...values });
  if (!asked) return { entries: index.rows.map((_, i) => entry(i, { named: true })), alone: [], without: [], count: index.rows.length };
  const slots = await Promise.all(asked.slots.map((slot) => placesOf(index, slot)));
  const alone = slots.map((places) => places.filter((place) => place < SECTIONS).length);
  const without = slots.map(() => 0);
  const entries = [];
  for (const [i, row] of index.rows.entries()) {
    const failed = slots.filter((places) => places[i] === SECTIONS).length;
    if (failed === 1) without[slots.findIndex((places) => places[i] === SECTIONS)]++;
    if (failed) continue;
    const inName = slots.filter((places) => places[i] === 0).length;
    const named = inName === slots.length;
    const worths = slots.map((places) => WORTH[places[i]]);
    entries.push(entry(i, { first: isNamed(row, asked), inName, named, phrase: named && holdsPhrase(row.title, asked), worths }));
  }
  const answered = { entries, alone, without, count: index.rows.length };
  weigh(entries, [answered]);
  return answered;
}

// Whether the whole name or the whole code of a project was asked for: 2 to the letter, 1 but for spaces and signs. Folding
// at most drops characters and joins two to one, so that a name of quite another length need not be looked at.
function isNamed(row, { q, name }) {
  for (const text of [row.title, row.project_id]) {
    if (text.length < name.length / 2 || text.length > 2 * name.length + 9) continue;
    if (fold(text) === q) return 2;
    if (runs(text).join("") === name) return 1;
  }
  return 0;
}

// Whether several words stand together in a name, in their order; a number there does not go on.
function holdsPhrase(title, { typed, name }) {
  if (typed.length < 2) return true;
  const text = runs(title).join("");
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[0-9]$/.test(name) || !/[0-9]/.test(text[at + name.length] ?? "")) return true;
  }
  return false;
}

// Whole names and codes first, then names that have more of the words, then by the weight of words and fields; of equals what
// Pagefind scores higher, then that of which the words are a larger part, then the newest.
export function byRelevance(a, b) {
  const newest = years.indexOf(a.year) - years.indexOf(b.year);
  return (
    b.first - a.first || b.inName - a.inName || b.phrase - a.phrase || b.score - a.score || b.rank - a.rank ||
    (a.inName ? a.row.title.length - b.row.title.length : 0) || newest || byId(a, b)
  );
}

export const byId = (a, b) => (a.row.project_id < b.row.project_id ? -1 : 1);

// ---- Pagefind

const ids = new Map();
let engine;

// Pagefind says how well several words fit that no name has together, where there are many results. Its engine is most of
// what a search could load, so it comes only then and once: that of the newest year, into which the others are merged.
export async function rank(entries, { slots }) {
  const needed = [...new Set(entries.map((entry) => entry.year))];
  try {
    engine ??= start();
    const pagefind = await engine;
    await Promise.all(needed.map((year) => once(pagefind.merged, year, () => pagefind.mergeIndex(`${base}${year}/`))));
    const names = new Map(await Promise.all(needed.map(async (year) => [year, await once(ids, year, () => json(`${base}${year}/ids.json`))])));
    const scores = new Map();
    for (const { alternatives } of slots) {
      const { results } = await pagefind.search(alternatives[0].map((asked) => asked.ranked).join(" "));
      for (const { id, score } of results) scores.set(id, (scores.get(id) ?? 0) + score);
    }
    for (const entry of entries) entry.rank = scores.get(names.get(entry.year)[entry.place]) ?? 0;
  } catch {
    // Without the engine the order is that of the fields, and the next query tries again.
    engine = undefined;
  }
}

async function start() {
  const basePath = `${base}${years[0]}/`;
  const { createInstance } = await import(`${basePath}pagefind.js`);
  const pagefind = createInstance({ basePath });
  await pagefind.init();
  return { ...pagefind, merged: new Map([[years[0], Promise.resolve()]]) };
}
