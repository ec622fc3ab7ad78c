// What was probably meant by words that nothing holds: a part of a name that is one typing error away, in long words two.

import { answer, shard } from "./search-index.js";
import { clustersIn, isMark, lettersOf } from "./tokens.js";
import { wordPlaces } from "./words.js";

// A number is taken as it is: a code with another digit is the code of something else.
const digitsOf = (text) => text.replace(/[^0-9]/g, "");

// Edits that a word may have: one in four clusters of a script without spaces or five letters of another one, two in twice as many.
function editsIn(word) {
  if (!/[^0-9.]/.test(word)) return 0;
  const clusters = clustersIn(word);
  const size = clusters ? clusters / 4 : [...word].length / 5;
  return Math.min(2, Math.floor(size));
}

// The words of a query as they were probably meant; "" where no name is near them. `asked` is the query, `names` are those
// of agencies and the like.
export async function suggestion(asked, years, names) {
  const indexes = await Promise.all(years.map(shard));
  const titles = indexes.flatMap(({ rows }) => rows.map((row) => row.title));
  const texts = [...new Set([...titles, ...names])].map(lettersOf);
  const whole = nearest(asked.q, texts);
  if (whole) return whole;
  if (asked.slots.length < 2) return "";
  const answers = await Promise.all(years.map((year) => answer(year, asked.q)));
  let changed = false;
  const words = asked.slots.map(({ typed }, i) => {
    const word = typed.join(" ");
    if (answers.some(({ alone }) => alone[i])) return word;
    const meant = nearest(word, texts);
    changed ||= meant !== "";
    return meant || word;
  });
  return changed ? words.join(" ") : "";
}

// The part of a text that is nearest to what was typed: with the fewest edits, then of the same length, then with the spaces
// where they were typed, then in the most texts.
function nearest(typed, texts) {
  // Unlike runs, these letters have the marks that have lost their letter.
  const word = lettersOf(typed).letters;
  const edits = editsIn(word);
  if (!edits) return "";
  const pieces = cut(word, 2 * edits + 1);
  const parts = new Map();
  for (const text of texts) {
    if (!pieces.some((piece) => text.letters.includes(piece))) continue;
    for (const { start, end, cost } of approximate(word, text.letters, edits)) {
      if (!touchesWord(text, start, end)) continue;
      const part = text.folded.slice(text.places[start], text.places[end - 1] + 1);
      if (digitsOf(part) !== digitsOf(typed)) continue;
      const seen = parts.get(part);
      if (seen) seen.count++;
      else parts.set(part, { part, cost, count: 1, change: Math.abs(end - start - word.length) });
    }
  }
  const withSpaces = ({ part }) => approximate(typed, part, Infinity).at(-1)?.cost;
  const orders = [({ cost }) => cost, ({ change }) => change, withSpaces, ({ count }) => -count];
  const best = orders.reduce(least, [...parts.values()]).map(({ part }) => part);
  return best.sort()[0] ?? "";
}

// Those of a list that have the least value.
function least(list, valueOf) {
  const values = list.length > 1 ? list.map(valueOf) : [];
  return list.filter((_, i) => !values.some((value) => value < values[i]));
}

// Whether a part begins or ends where a word does: what lies across two words was not meant.
function touchesWord(text, start, end) {
  text.words ??= wordPlaces(text.folded);
  return !text.words || text.words.has(text.places[start]) || text.words.has(text.places[end - 1] + 1);
}

// With n edits, of which each may change two neighbours, one of 2n + 1 pieces stays as it was.
function cut(word, count) {
  const at = Array.from({ length: count + 1 }, (_, i) => Math.round((i * word.length) / count));
  return at.slice(1).map((end, i) => word.slice(at[i], end)).filter(Boolean);
}

// The parts of a text within so many edits of a word, the best for each end: a letter more, fewer or another, or two
// neighbours exchanged (Sellers' algorithm). A part ends with its marks and does not begin with one.
function approximate(word, text, edits) {
  const size = word.length;
  let before = [];
  let last = Array.from({ length: size + 1 }, (_, i) => ({ cost: i, start: 0 }));
  const parts = [];
  for (let j = 1; j <= text.length; j++) {
    const row = [{ cost: isMark(text[j] ?? "") ? Infinity : 0, start: j }];
    for (let i = 1; i <= size; i++) {
      const options = [
        { cost: last[i - 1].cost + (word[i - 1] === text[j - 1] ? 0 : 1), start: last[i - 1].start },
        { cost: last[i].cost + 1, start: last[i].start },
        { cost: row[i - 1].cost + 1, start: row[i - 1].start },
      ];
      if (i > 1 && j > 1 && word[i - 1] === text[j - 2] && word[i - 2] === text[j - 1]) {
        options.push({ cost: before[i - 2].cost + 1, start: before[i - 2].start });
      }
      row.push(options.reduce((best, option) => (option.cost < best.cost ? option : best)));
    }
    const { cost, start } = row[size];
    if (cost <= edits && start < j && !isMark(text[j] ?? "")) parts.push({ start, end: j, cost });
    [before, last] = [last, row];
  }
  return parts;
}
