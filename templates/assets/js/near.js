// Which projects are near the reader. It is worked out here, from one file of all places: nothing that is asked for
// afterwards depends on where the reader is, so nobody is told.
import { fold } from "./tokens.js";

const section = document.querySelector("#near");
const status = document.querySelector("#near-status");
const results = document.querySelector("#near-results");
const words = Object.fromEntries([...document.querySelectorAll("[data-word]")].map((item) => [item.dataset.word, item.textContent]));
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

const NEAR = 1000; // metres
const NEAREST = 5; // projects that are shown where none is near
const EARTH = 6371008.8; // metres, its mean radius

const say = (word, n = "") => (status.textContent = words[word].replace("{n}", n));
const radians = (degrees) => (degrees * Math.PI) / 180;

// Metres between two places, along the surface of a sphere (haversine).
function distance(latitude, longitude, otherLatitude, otherLongitude) {
  const a = Math.sin(radians(otherLatitude - latitude) / 2) ** 2;
  const b = Math.sin(radians(otherLongitude - longitude) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(a + Math.cos(radians(latitude)) * Math.cos(radians(otherLatitude)) * b));
}

function length(metres) {
  if (metres < NEAR) return words.metres.replace("{n}", number.format(Math.round(metres / 10) * 10));
  return words.kilometres.replace("{n}", number.format(metres / 1000));
}

function row({ id, title, metres }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const away = document.createElement("span");
  link.href = `${section.dataset.projects}${encodeURIComponent(id)}/`;
  link.textContent = title;
  away.className = "basis";
  away.lang = document.documentElement.lang;
  away.textContent = length(metres);
  item.append(link, " ", away);
  return item;
}

function show(places, { latitude, longitude }) {
  const sorted = places
    .map(([id, lat, lon, title]) => ({ id, title, metres: distance(latitude, longitude, lat, lon) }))
    .sort((a, b) => a.metres - b.metres);
  const near = sorted.filter(({ metres }) => metres <= NEAR);
  say(near.length ? "near" : "none", near.length);
  results.replaceChildren(...(near.length ? near : sorted.slice(0, NEAREST)).map(row));
}

async function load({ coords }) {
  try {
    const response = await fetch(section.dataset.places);
    if (!response.ok) throw new Error(response.statusText);
    show(await response.json(), coords);
  } catch {
    say("failed");
  }
}

if (navigator.geolocation) {
  section.hidden = false;
  section.querySelector("button").addEventListener("click", () => {
    say("asking");
    results.replaceChildren();
    const refused = ({ code, PERMISSION_DENIED }) => say(code === PERMISSION_DENIED ? "denied" : "unknown");
    navigator.geolocation.getCurrentPosition(load, refused, { timeout: 20000, maximumAge: 60000 });
  });
}

// A typed part of a name leaves the areas that have it; one that is left alone opens.
const form = document.querySelector("#area-filter");
if (form) {
  const items = [...document.querySelectorAll("#near-areas > li")];
  const typed = document.querySelector("#area-name");
  const spelling = (text) => fold(text).replace(/\s+/g, "");
  form.hidden = false;
  form.addEventListener("input", () => {
    const part = spelling(typed.value);
    for (const item of items) item.hidden = !spelling(item.querySelector("a").textContent).includes(part);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const links = items.filter((item) => !item.hidden).map((item) => item.querySelector("a"));
    if (links.length === 1) links[0].click();
    else links[0]?.focus();
  });
}
