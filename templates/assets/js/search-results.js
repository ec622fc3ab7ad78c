// The results: projects of one name as one result that unfolds, what each says, the pages of results, and the list as CSV.

import { form, format, labels, linkTo, otherWords, say, years } from "./search-form.js";
import { byId, byRelevance } from "./search-index.js";
import { linkToPage, markup } from "./search-notes.js";
import { fold, holds, isSaid, marked, runs, withoutLeadingMarks } from "./tokens.js";

const SORTS = { budget: "budget_received", progress: "progress_percent", finish: "finish_date", report: "last_reported" };
const alphabet = new Intl.Collator(form.dataset.collation);

// By relevance, by name, or by a value: the greatest first, and what lacks it last.
export function compare(sort) {
  if (!sort) return byRelevance;
  if (sort === "name") return (a, b) => alphabet.compare(a.row.title, b.row.title) || byId(a, b);
  const dated = sort === "finish" || sort === "report";
  const number = (text) => (text === null ? -1 : dated ? Date.parse(text) : Number(text));
  const value = ({ row }) => number(row[SORTS[sort]]);
  return (a, b) => value(b) - value(a) || years.indexOf(a.year) - years.indexOf(b.year) || byId(a, b);
}

// Projects of one name together, where the first of them stands; names that differ in signs alone are one.
export function byName(entries) {
  const names = new Map();
  for (const entry of entries) {
    const name = runs(entry.row.title).join("");
    if (names.has(name)) names.get(name).push(entry);
    else names.set(name, [entry]);
  }
  return [...names.values()];
}

// ---- A result

export function card([{ row, year }, ...same], { words, slots }) {
  const item = document.querySelector("#result").content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  part("link").href = linkToPage(row.project_id).href;
  part("link").append(...markup(row.title, words));
  part("who").append(...markup(whoOf({ row, year }), words));
  part("state").append(...stateParts(row));
  fill(part("progress"), row.progress_percent === null ? null : `${format(row.progress_percent)}%`);
  part("bar").setAttribute("width", Math.min(100, Number(row.progress_percent ?? 0)));
  part("meter").toggleAttribute("hidden", row.progress_percent === null);
  fill(part("budget"), money(row.budget_received));
  if (same.length) unfold(part("same"), row, same);
  const unseen = slots
    .filter((slot) => !isSaid(slot, row.title, whoOf({ row, year })))
    .flatMap(({ alternatives }) => alternatives.flat().map(({ run }) => run));
  const show = (match) => {
    part("match-field").textContent = match.text ? `${match.field}:` : match.field;
    part("match-text").replaceChildren(...markup(match.text, words));
  };
  part("match").hidden = !unseen.length;
  if (unseen.length) {
    const name = otherName(row, unseen);
    if (name) show(name);
    else whenSeen(item, async () => show((await matchIn(row, unseen)) ?? { field: part("match-field").textContent, text: "" }));
  }
  return item;
}

const whoOf = ({ row, year }) => [labels.agency.get(row.agency), labels.year.get(year), row.project_id].filter(Boolean).join(" · ");

// The status, and what was observed: all but that values are missing, which nearly every project has.
function stateParts(row) {
  const status = Object.assign(document.createElement("span"), { className: "badge", textContent: labels.status.get(row.status) ?? "" });
  const observed = row.signal.split(" ").filter((rule) => rule !== form.dataset.missing && labels.signal.has(rule) && rule);
  const titles = observed.map((rule) => labels.signal.get(rule)).join(", ");
  return titles ? [status, `${say("observed")} ${titles}`] : [status];
}

// The others of the same name, each with what differs.
function unfold(details, row, same) {
  const agencies = new Set([row.agency, ...same.map((entry) => entry.row.agency)].filter(Boolean)).size;
  const words = same.length === 1 ? "same-one" : agencies > 1 ? "same-agencies" : "same";
  details.hidden = false;
  details.querySelector("summary").textContent = say(words, { n: format(same.length), agencies: format(agencies) });
  details.querySelector("ul").append(...same.map(sameItem));
}

function sameItem({ row, year }) {
  const item = document.createElement("li");
  item.append(linkToPage(row.project_id, whoOf({ row, year })), ` · ${money(row.budget_received) ?? say("no-data")}`);
  return item;
}

function fill(node, text) {
  node.textContent = text ?? say("no-data");
  node.className = text === null ? "no-data" : "figure";
}

// With the digits of the currency after the point, if there are any but zeros.
const digits = Number(document.querySelector('#words [data-word="money"]').dataset.digits);
const whole = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 });
const parts = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const exact = (amount) => (Number.isInteger(Number(Number(amount).toFixed(digits))) ? whole.format(amount) : parts.format(amount));

function money(amount) {
  if (amount === null) return null;
  return amount < 1e6 ? say("money", { n: exact(amount) }) : say("millions", { n: format(amount / 1e6) });
}

// The name of the agency that the card shows in another language.
function otherName(row, words) {
  const text = otherWords("agency", row.agency);
  return words.some((word) => holds(text, word)) ? { field: form.dataset.agency, text } : null;
}

// Where words were found that the card does not show already: the field, and what stands around the first of them. The
// project's page has the texts, and who sees the result may open it next; without it the result still stands.
const PARTS = ["about", "history", "money-path", "glance"].map((name) => `section[aria-labelledby="${name}"] :is(dd, td, tbody th, p, li)`);

async function matchIn(row, words) {
  const response = await fetch(linkToPage(row.project_id).href).catch(() => null);
  if (!response?.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of PARTS.flatMap((selector) => [...page.querySelectorAll(selector)])) {
    const text = part.textContent.replace(/\s+/g, " ").trim();
    const folded = fold(text);
    if (!words.some((word) => folded.includes(word))) continue;
    const parts = marked(text, words);
    const hit = parts.findIndex(([, asked]) => asked);
    if (hit < 0) continue;
    const before = parts[hit - 1]?.[0] ?? "";
    const after = parts.slice(hit + 1).map(([part]) => part).join("");
    const begin = before.length > 30 ? Math.max(before.length - 30, before.lastIndexOf(" ", before.length - 15) + 1) : 0;
    const lead = withoutLeadingMarks(before.slice(begin));
    const tail = after.slice(0, 40).replace(/[\ud800-\udbff]$/, "");
    return { field: labelOf(part), text: `${begin ? "…" : ""}${lead}${parts[hit][0]}${tail}${after.length > 40 ? "…" : ""}`.trim() };
  }
  return null;
}

// What the page calls a text: the term of its list, the head of its column, or the heading above it.
function labelOf(part) {
  const own = part.matches("dd") ? part.parentElement.querySelector("dt").textContent : part.dataset.label;
  for (let node = part; !own && node; node = node.previousElementSibling ?? node.parentElement) {
    if (node.matches("h2, h3")) return node.textContent;
  }
  return own;
}

// Calls `act` once a node is on the screen.
function whenSeen(node, act) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    act();
  });
  observer.observe(node);
}

// ---- The pages of results

// The first, the last and those beside the current page; a gap of one page is that page.
export function pageLinks(state, page, count) {
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

export function save(entries) {
  const head = [...document.querySelectorAll("#columns li")].map((item) => item.textContent);
  const rows = entries.map(({ row }) => [
    row.project_id,
    row.title,
    labels.agency.get(row.agency) ?? row.agency,
    row.fiscal_year,
    row.budget_received,
    row.budget_spent,
    row.progress_percent,
    linkToPage(row.project_id).href,
  ]);
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  const text = `\ufeff${[head, ...rows].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = "projects.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
