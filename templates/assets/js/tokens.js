// The browser's side of portal/search/terms.py: the same folding and terms, and the queries made of them.
// tests/search_vectors.json holds both to one specification.

const RUN = /[\u0e01-\u0e3a\u0e40-\u0e4e]+|(?:[a-z0-9]|(?<=[0-9])\.(?=[0-9]))+/g;
const CLUSTER = /[\u0e01-\u0e30\u0e32\u0e40-\u0e46][\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*/g;
const LEADING_MARKS = /^[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]+/;
const SARA_AM = /(?:\u0e4d([\u0e48-\u0e4b]*)\u0e32|\u0e32([\u0e48-\u0e4b]*)\u0e4d|\u0e33(?=[\u0e48-\u0e4b]))([\u0e48-\u0e4b]*)/g;
const PLAIN = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
const SHORT = /(?<![0-9]|[0-9]\.)([0-9](?:\.?[0-9])?)(?!\.?[0-9])|(?<![a-z])[a-z]{1,2}/g;
const BOUND = "\u0e5b";
const TAIL = 12;
const END = "z";
const ASKED = 8;

function withoutAccents(found) {
  const letter = found.normalize("NFD")[0];
  return letter >= "\u0300" && letter <= "\u036f" ? "" : (PLAIN[letter] ?? letter);
}

export function fold(text) {
  return text
    .normalize("NFC")
    .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "")
    .toLowerCase()
    .replace(/[\u00df-\u024f\u1e00-\u1eff]|[\u0300-\u036f]+/g, withoutAccents)
    .replace(SARA_AM, "$1$2$3\u0e33")
    .replaceAll("\u0e40\u0e40", "\u0e41")
    .replace(/[๐-๙]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xe50 + 48))
    .replace(/([\u0e48-\u0e4b])([\u0e31\u0e34-\u0e3a\u0e47])|([\u0e31\u0e33-\u0e3a\u0e47-\u0e4e])\3+/g, (_, tone, vowel, mark) => mark ?? vowel + tone)
    .replace(/([\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]{2})[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]+/g, "$1")
    .replace(/([0-9]),(?=[0-9]{3}(?![0-9]))/g, "$1")
    .replace(/([a-z0-9])[-\u2010\u2011](?=[a-z0-9])/g, "$1");
}

// The runs of Thai and the words of Latin letters and digits of a text, folded.
export function runs(text) {
  return (fold(text).match(RUN) ?? []).map((run) => run.replace(LEADING_MARKS, "")).filter(Boolean);
}

// How many clusters of Thai a run has.
export const clustersIn = (run) => run.match(CLUSTER)?.length ?? 0;

// The letters of a text without what stands between its runs, and the place of each in the folded text.
export function lettersOf(text) {
  const folded = fold(text);
  let letters = "";
  const places = [];
  for (const { 0: run, index } of folded.matchAll(RUN)) {
    letters += run;
    for (let i = 0; i < run.length; i++) places.push(index + i);
  }
  return { folded, letters, places };
}

const isWord = (run) => run < "\u0e00";

// One or two digits are found only as a whole number, and one or two letters only where letters begin: they are within too many
// numbers and words.
export const isShort = (run) => run.match(SHORT)?.[0] === run;

// Where a run stands in a folded text.
function occurrences(run, folded) {
  const signs = run.replaceAll(".", "\\.");
  const bounded = run < "a" ? `(?<![0-9]|[0-9]\\.)(?=${signs}(?!\\.?[0-9]))` : `(?<![a-z])(?=${signs})`;
  const places = new RegExp(isShort(run) ? bounded : `(?=${signs})`, "g");
  return [...folded.matchAll(places)].map(({ index }) => index);
}

function termsOf(run) {
  if (isWord(run)) {
    const parts = [...run].flatMap((sign, i) => (sign === "." ? [] : [run.slice(i, i + TAIL)]));
    return [...parts, ...[...run.matchAll(SHORT)].map(([short, number]) => BOUND + short + (number ? BOUND : ""))];
  }
  const clusters = run.match(CLUSTER);
  return clusters.map((_, i) => clusters.slice(i, i + 3).join(""));
}

export function terms(text) {
  const all = runs(text);
  return [...all.filter(isWord), ...all.filter((run) => !isWord(run))].flatMap(termsOf);
}

// A term as Pagefind knows it: two letters for each character.
export function coded(term) {
  let letters = "";
  for (const sign of term) {
    const point = sign.charCodeAt(0);
    const code = point >= 0xe00 ? point - 0xe00 : 128 + "abcdefghijklmnopqrstuvwxyz0123456789.".indexOf(sign);
    letters += String.fromCharCode(97 + Math.floor(code / 26), 97 + (code % 26));
  }
  return letters;
}

function spread(list, count) {
  if (list.length <= count) return list;
  return Array.from({ length: count }, (_, i) => list[Math.round((i * (list.length - 1)) / (count - 1))]);
}

// What to ask for a run, which may be any part of a run of a text, but for what is short: the terms that it holds whole, the term that begins
// where its last ones begin and may go on in the text, and at most four of these for Pagefind. Of a long run not all are
// asked for: each may be in another file.
function question(run) {
  const all = termsOf(run);
  if (isShort(run)) return { run, whole: [], open: all.at(-1), ranked: coded(all.at(-1)) };
  const asked = isWord(run) ? all.filter((term, i) => i === 0 || term.length === TAIL) : all.slice(0, Math.max(1, all.length - 2));
  const whole = spread([...new Set(asked.slice(0, -1))], ASKED);
  const open = asked.at(-1);
  const ranked = [...spread(whole, 3).map((term) => coded(term) + END), coded(open)];
  return { run, whole, open, ranked: ranked.join(" ") };
}

// The words of a query in slots. A slot is words that were typed, and the alternatives of which a project must hold one:
// these words, and the synonyms of them. Each alternative is questions, all of which it must answer.
function slotsOf(words, groups) {
  const slots = [];
  for (let at = 0; at < words.length; at += slots.at(-1).typed.length) slots.push(slotAt(words, at, groups));
  return [...new Map(slots.map((slot) => [slot.typed.join(" "), slot])).values()];
}

function slotAt(words, at, groups) {
  let best = { typed: [words[at]], others: [], isAbbreviation: false };
  for (const group of groups) {
    const typed = group.members.find((member) => member.every((run, n) => run === words[at + n]));
    if (!typed || (best.others.length && typed.length <= best.typed.length)) continue;
    // What it stands for is not searched as an abbreviation.
    const isAbbreviation = group.isAbbreviation && typed === group.members[0];
    const others = group.members.filter((member) => member !== typed && (!group.isAbbreviation || member !== group.members[0]));
    if (others.length) best = { typed, others, isAbbreviation };
  }
  const { typed, others, isAbbreviation } = best;
  // An abbreviation is searched as what it stands for: its few letters are within too many words.
  const alternatives = isAbbreviation ? others : [typed, ...apart(typed), ...others];
  return { typed, others, isWidened: false, alternatives: alternatives.map((member) => [...new Set(member)].map(question)) };
}

// "PM2.5" is also searched as "PM 2.5"; a code, which begins with a number or one letter, is not.
function apart([word, ...others]) {
  const parts = others.length ? null : word.match(/^([a-z]{2,})([0-9.]+)$/);
  return parts ? [[parts[1], parts[2]]] : [];
}

// The rows of content/synonyms.csv, a term and the terms for it, as queries need them.
export const groupsOf = (rows) =>
  rows.map((terms) => ({ members: terms.map(runs).filter((member) => member.length), isAbbreviation: terms[0].endsWith(".") }));

// What is typed may end in the middle of a cluster: a nikhahit may be half of a sara am. Null where nothing is asked; signs
// alone are asked for in no words, and nothing holds them.
export function query(text, groups = []) {
  const folded = fold(text);
  if (folded.trim() === "") return null;
  const typed = runs(folded.replace(/\u0e4d[\u0e48-\u0e4b]*$/, ""));
  const slots = slotsOf(typed, groups);
  const words = [...new Set(slots.flatMap((slot) => slot.alternatives.flat().map(({ run }) => run)))];
  return { q: fold(text.trim()), typed, name: typed.join(""), slots, words };
}

// A text has few different cells, and folding one costs as much as looking up a hundred.
const foldedCells = new Map();

function foldCell(cell) {
  if (!foldedCells.has(cell)) foldedCells.set(cell, fold(cell));
  return foldedCells.get(cell);
}

// The parts of a text as [part, whether it was asked for], however it is spelt.
export function marked(text, words) {
  const cells = text.match(/\u0e40\u0e40|[^](?:\u0e4d[\u0e48-\u0e4b]*\u0e32|[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff])*/g) ?? [];
  let folded = "";
  const owners = [];
  cells.forEach((cell, index) => {
    const beside = (end) => foldCell(cells[index + end] ?? "");
    const separator =
      (cell === "," && /[0-9]$/.test(beside(-1)) && /^[0-9]/.test(beside(1))) ||
      (/^[-\u2010\u2011]$/.test(cell) && /[a-z0-9]$/.test(beside(-1)) && /^[a-z0-9]/.test(beside(1)));
    for (const unit of separator ? "" : foldCell(cell)) {
      folded += unit;
      owners.push(index);
    }
  });
  const asked = new Set();
  for (const word of words) {
    for (const at of occurrences(word, folded)) {
      for (let i = at; i < at + word.length; i++) asked.add(owners[i]);
    }
  }
  const parts = [];
  cells.forEach((cell, index) => {
    const hit = asked.has(index);
    if (parts.length && parts.at(-1)[1] === hit) parts.at(-1)[0] += cell;
    else parts.push([cell, hit]);
  });
  return parts;
}

export const holds = (text, word) => marked(text, [word]).some(([, hit]) => hit);

// Whether one of the ways to say a part of the query stands in these texts with all its words.
export const isSaid = ({ alternatives }, ...texts) =>
  alternatives.some((questions) => questions.every(({ run }) => texts.some((text) => holds(text, run))));
