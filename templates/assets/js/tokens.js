// The browser's side of portal/search.py: the same folding, clusters and tokens, and the queries made of them.
// tests/search_vectors.json holds both to one specification.

const RUN = /[\u0e01-\u0e3a\u0e40-\u0e4ea-z0-9]+/g;
const CLUSTER = /[\u0e01-\u0e2e][\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*|[\u0e00-\u0e7fa-z0-9]/g;
const DEPENDENT = /^[\u0e30-\u0e3a\u0e47-\u0e4e]/;
const FIELD = "zf";
const END = "z";

export function fold(text) {
  return text
    .normalize("NFC")
    .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/\u0e4d([\u0e48-\u0e4b]*)\u0e32/g, "$1\u0e33")
    .replaceAll("\u0e40\u0e40", "\u0e41")
    .replace(/[๐-๙]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xe50 + 48))
    .toLowerCase()
    .replace(/([0-9]),(?=[0-9]{3}(?![0-9]))/g, "$1");
}

export function runs(text) {
  return (fold(text).match(RUN) ?? []).map((run) => run.match(CLUSTER));
}

export function encode(text) {
  let letters = "";
  for (const character of text) {
    const point = character.charCodeAt(0);
    const code = point >= 0xe00 ? point - 0xe00 : 128 + (point >= 97 ? point - 97 : 26 + point - 48);
    letters += String.fromCharCode(97 + Math.floor(code / 26), 97 + (code % 26));
  }
  return letters;
}

function decode(letters) {
  let text = "";
  for (let i = 0; i + 1 < letters.length; i += 2) {
    const code = (letters.charCodeAt(i) - 97) * 26 + letters.charCodeAt(i + 1) - 97;
    text += String.fromCharCode(code < 128 ? code + 0xe00 : code < 154 ? code - 128 + 97 : code - 154 + 48);
  }
  return text;
}

const grams = (run) => run.map((_, i) => encode(run.slice(i, i + 3).join("")) + END);

export function tokens(text) {
  return runs(text).flatMap(grams);
}

function spread(list, count) {
  if (list.length <= count) return list;
  return Array.from({ length: count }, (_, i) => list[Math.round((i * (list.length - 1)) / (count - 1))]);
}

// What is typed may begin and end in the middle of a cluster. A mark without its consonant says nothing and is left out;
// the last cluster may go on in the text, so that its trigram is asked as the beginning of a word and not in a phrase.
function queryRuns(text) {
  return runs(text.replace(/\u0e4d[\u0e48-\u0e4b]*$/, ""))
    .map((run) => run.slice(Math.max(0, run.findIndex((cluster) => !DEPENDENT.test(cluster)))))
    .filter((run) => !DEPENDENT.test(run[0]));
}

const open = (trigram) => trigram.slice(0, -END.length);

// What to ask an index: `ranked` for the order; `phrases`, each in quotation marks, for runs that are longer than a trigram;
// and `opens`, each alone, because Pagefind leaves out of an answer what its index does not have.
export function query(text) {
  const asked = queryRuns(text).map((run) => grams(run).slice(0, Math.max(1, run.length - 2)));
  if (asked.length === 0) return null;
  const opens = asked.map((trigrams) => open(trigrams.at(-1)));
  return {
    q: fold(text.trim()),
    words: queryRuns(text).map((run) => run.join("")),
    name: queryRuns(text).flat().join(""),
    ranked: [...new Set(asked.flatMap((trigrams, i) => [...spread(trigrams, 4).slice(0, -1), opens[i]]))].join(" "),
    phrases: asked.filter((trigrams) => trigrams.length > 1).map((trigrams) => `"${trigrams.slice(0, -1).join(" ")}"`),
    opens,
  };
}

// The content of a search document as its fields, each the folded text of its runs: the first cluster of every trigram
// is the next of the text, and a token of one cluster ends its run.
export function fieldsOf(content) {
  const fields = [];
  for (const token of content.split(/[\s.]+/)) {
    if (token.startsWith(FIELD)) fields.push({ name: token.slice(FIELD.length), text: "" });
    else if (token && !token.startsWith("z") && fields.length) {
      const clusters = decode(open(token)).match(CLUSTER);
      fields.at(-1).text += clusters[0] + (clusters.length === 1 ? " " : "");
    }
  }
  return fields;
}

// The parts of a text as [part, whether it was asked for], however it is spelt.
export function marked(text, words) {
  const cells = text.match(/\u0e40\u0e40|[^](?:\u0e4d[\u0e48-\u0e4b]*\u0e32|[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff])*/g) ?? [];
  let folded = "";
  const owners = [];
  cells.forEach((cell, index) => {
    const separator = cell === "," && /[0-9๐-๙]$/.test(cells[index - 1] ?? "") && /^[0-9๐-๙]/.test(cells[index + 1] ?? "");
    for (const unit of separator ? "" : fold(cell)) {
      folded += unit;
      owners.push(index);
    }
  });
  const asked = new Set();
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
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
