// The browser's side of portal/search/terms.py: the same folding and terms, and the queries made of them.
// tests/search_vectors.json holds both to one specification.

// The scripts that are written without spaces between words, with Korean, which joins words to one; words are of all others.
const UNSPACED =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1100-\\u11ff\\u1780-\\u17ff\\u1950-\\u19ff\\u1a20-\\u1aaf\\u1b00-\\u1b7f\\u3005-\\u312f" +
  "\\u31a0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua960-\\ua97f\\ua980-\\ua9ff\\uaa60-\\uaadf\\uac00-\\ud7ff\\uf900-\\ufaff" +
  "\\u{20000}-\\u{3ffff}";
const LETTER = `(?![${UNSPACED}])[\\p{L}\\p{Nl}]`;
const MARKED = `(?![${UNSPACED}])[\\p{L}\\p{Nl}\\p{M}]`;
const RUN = new RegExp(`(?:(?=[${UNSPACED}])[\\p{L}\\p{Nl}\\p{M}])+|(?:[a-z0-9]|${MARKED}|(?<=[0-9])\\.(?=[0-9]))+`, "gu");
const MARK = "\\p{M}\\u0e33";
const CLUSTER = new RegExp(`(?=[${UNSPACED}])(?![${MARK}])[\\p{L}\\p{Nl}][${MARK}]*`, "gu");
const LEADING_MARKS = new RegExp(`^[${MARK}]+`, "u");
// It begins with one class: a browser searches a text for that several times as fast.
const HYPHEN = new RegExp(`[-\\u2010\\u2011](?<=(?:[0-9]|${MARKED}).)(?=[0-9]|${LETTER})`, "gu");
const ENDS_JOINED = new RegExp(`(?:[0-9]|${MARKED})$`, "u");
const BEGINS_JOINED = new RegExp(`^(?:[0-9]|${LETTER})`, "u");
const SHORT = new RegExp(`(?<![0-9]|[0-9]\\.)([0-9](?:\\.?[0-9])?)(?!\\.?[0-9])|(?<!${MARKED})${LETTER}(?:${MARKED})?`, "gu");
const APART = new RegExp(`^((?:${MARKED}){2,})([0-9.]+)$`, "u");
// What is neither ASCII nor Thai; of this what people leave out when they type, and what they type for letters that Unicode does
// not take apart.
const OTHER = /[^\x00-\x7f\u0e00-\u0e7f]/gu;
const LEFT_OUT =
  /[\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc\u17b4\u17b5\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f\u{e0100}-\u{e01ef}]/u;
const TYPED_AS = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" },
  ...{ ħ: "h", ŋ: "n", ŧ: "t", ƒ: "f", ƙ: "k", ƴ: "y", ɓ: "b", ɖ: "d", ɗ: "d", ɣ: "g" },
  ...{ ɔ: "o", ɛ: "e", ə: "e", ɨ: "i", ɲ: "n", ʉ: "u" },
  ...{ ς: "σ", ґ: "г", ך: "כ", ם: "מ", ן: "נ", ף: "פ", ץ: "צ" },
  ...{ ٱ: "ا", ى: "ي", ی: "ي", ة: "ه", ہ: "ه", ھ: "ه", ک: "ك" },
  ...{ ʻ: "'", ʼ: "'" },
};
const SARA_AM = /(?:\u0e4d([\u0e48-\u0e4b]*)\u0e32|\u0e32([\u0e48-\u0e4b]*)\u0e4d|\u0e33(?=[\u0e48-\u0e4b]))([\u0e48-\u0e4b]*)/g;
const BOUND = "\u0e5b";
const TAIL = 12;
const END = "z";
const ASKED = 8;

const plain = new Map();

function plainOf(sign) {
  if (!plain.has(sign)) plain.set(sign, toPlain(sign));
  return plain.get(sign);
}

function toPlain(sign) {
  if (LEFT_OUT.test(sign)) return "";
  if (/\p{Nd}/u.test(sign)) return digitOf(sign);
  if (!/[\p{L}\p{Nl}\p{M}]/u.test(sign)) return sign;
  const letters = [...sign.normalize("NFKC").toLowerCase().normalize("NFKD")];
  return letters.map((letter) => (LEFT_OUT.test(letter) ? "" : (TYPED_AS[letter] ?? letter))).join("");
}

// Unicode has the ten digits of each script side by side, beginning with zero.
function digitOf(sign) {
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(sign.codePointAt(0) - before - 1))) before++;
  return String(before % 10);
}

export function fold(text) {
  return text
    .toLowerCase()
    .replace(/\.(?=[ªº])/g, "")
    .replace(OTHER, plainOf)
    .normalize("NFC")
    .replace(SARA_AM, "$1$2$3\u0e33")
    .replaceAll("\u0e40\u0e40", "\u0e41")
    .replaceAll("\u0ec0\u0ec0", "\u0ec1")
    .replace(/[๐-๙]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xe50 + 48))
    .replace(/([\u0e48-\u0e4b])([\u0e31\u0e34-\u0e3a\u0e47])|([\u0e31\u0e33-\u0e3a\u0e47-\u0e4e])\3+/g, (_, tone, vowel, mark) => mark ?? vowel + tone)
    .replace(/([\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]{2})[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]+/g, "$1")
    .replace(/([\u0ec8-\u0ecb])([\u0eb1\u0eb4-\u0ebc\u0ecd])/g, "$2$1")
    .replace(/([0-9]),(?=[0-9]{3}(?![0-9]))/g, "$1")
    .replace(HYPHEN, "");
}

export const withoutLeadingMarks = (text) => text.replace(LEADING_MARKS, "");

// Whether a part of a text cannot begin there: with a mark of a letter, or with the second half of a character.
export const isMark = (unit) => /[\p{M}\u0e33\udc00-\udfff]/u.test(unit);

// The words of a folded text, and its parts in scripts without spaces.
export function runs(text) {
  return (fold(text).match(RUN) ?? []).map(withoutLeadingMarks).filter(Boolean);
}

// How many letters of scripts without spaces a text has, the marks on each counted with it.
export const clustersIn = (text) => text.match(CLUSTER)?.length ?? 0;

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

const isWord = (run) => run.search(CLUSTER) < 0;

// One or two digits are found only as a whole number, and one or two letters only where letters begin: they are within too many
// numbers and words.
export const isShort = (run) => run.match(SHORT)?.[0] === run;

// Where a run stands in a folded text.
function occurrences(run, folded) {
  const signs = run.replaceAll(".", "\\.");
  const bounded = run < "a" ? `(?<![0-9]|[0-9]\\.)(?=${signs}(?!\\.?[0-9]))` : `(?<!${MARKED})(?=${signs})`;
  const places = new RegExp(isShort(run) ? bounded : `(?=${signs})`, "gu");
  return [...folded.matchAll(places)].map(({ index }) => index);
}

function termsOf(run) {
  if (isWord(run)) {
    const signs = [...run];
    const parts = signs.flatMap((sign, i) => (sign === "." || isMark(sign) ? [] : [signs.slice(i, i + TAIL).join("")]));
    return [...parts, ...[...run.matchAll(SHORT)].map(([short, number]) => BOUND + short + (number ? BOUND : ""))];
  }
  const clusters = run.match(CLUSTER);
  return clusters.map((_, i) => clusters.slice(i, i + 3).join(""));
}

export function terms(text) {
  const all = runs(text);
  return [...all.filter(isWord), ...all.filter((run) => !isWord(run))].flatMap(termsOf);
}

const CODED = [...Array.from({ length: 128 }, (_, i) => String.fromCharCode(0xe00 + i)), ..."abcdefghijklmnopqrstuvwxyz0123456789."];
const codes = new Map(CODED.map((sign, i) => [sign, lettersFor(i, 2)]));

function lettersFor(number, count) {
  return count ? lettersFor(Math.floor(number / 26), count - 1) + String.fromCharCode(97 + (number % 26)) : "";
}

// A term as Pagefind knows it: two letters for each character of Thai and ASCII, five for all others.
export const coded = (term) => [...term].map((sign) => codes.get(sign) ?? `y${lettersFor(sign.codePointAt(0), 4)}`).join("");

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
  const asked = isWord(run) ? all.filter((term, i) => i === 0 || [...term].length === TAIL) : all.slice(0, Math.max(1, all.length - 2));
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
  const parts = others.length ? null : word.match(APART);
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

// A character with what is folded together with it: marks, what has no width, vowels and final consonants of Korean.
const CELL = /\u0e40\u0e40|\u0ec0\u0ec0|[^](?:\u0e4d[\u0e48-\u0e4b]*\u0e32|[\p{M}\p{Cf}\u0e33\u0eb3\u1160-\u11ff])*/gu;

// The parts of a text as [part, whether it was asked for], however it is spelt.
export function marked(text, words) {
  const cells = text.match(CELL) ?? [];
  let folded = "";
  const owners = [];
  cells.forEach((cell, index) => {
    const beside = (end) => foldCell(cells[index + end] ?? "");
    const separator =
      (cell === "," && /[0-9]$/.test(beside(-1)) && /^[0-9]/.test(beside(1))) ||
      (cell === "." && /^[ªº]/.test(cells[index + 1])) ||
      (/^[-\u2010\u2011]$/.test(cell) && ENDS_JOINED.test(beside(-1)) && BEGINS_JOINED.test(beside(1)));
    const units = separator ? "" : foldCell(cell);
    folded += units;
    for (let i = 0; i < units.length; i++) owners.push(index);
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
