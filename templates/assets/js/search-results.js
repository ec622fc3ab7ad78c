// The results: projects of one name as one result that unfolds, what each says, the pages of results, and the list as CSV.

import { form, format, labels, linkTo, otherWords, say, years } from "./search-form.js";
import { byId, byRelevance } from "./search-index.js";
import { linkToPage, markup } from "./search-notes.js";
import { fold, holds, marked, runs } from "./tokens.js";

const SORTS = { budget: "budget_received", progress: "progress_percent", finish: "finish_date", report: "last_reported" };
const alphabet = new Intl.Collator("th");

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

export async function card([{ row, year }, ...same], words) {
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
  const shown = [row.title, whoOf({ row, year })];
  const unseen = words.filter((word) => !shown.some((text) => holds(text, word)));
  const match = unseen.length ? (otherName(row, unseen) ?? (await matchIn(row, unseen))) : null;
  part("match").hidden = !match;
  if (match) {
    part("match-field").textContent = say(`field-${match.name}`) || say("field-extra");
    part("match-text").append(...markup(match.text, words));
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

function money(amount) {
  if (amount === null) return null;
  return amount < 1e6 ? `${format(amount)} ${say("baht")}` : `${format(amount / 1e6)} ${say("million")}`;
}

// The name of the agency that the card shows in another language.
function otherName(row, words) {
  const text = otherWords("agency", row.agency);
  return words.some((word) => holds(text, word)) ? { name: "agencyid", text } : null;
}

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
