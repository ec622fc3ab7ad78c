// Where words begin in the language of the data, also in one without spaces between them, as the browser's dictionary cuts it.
// It is good enough to offer what a reader may choose; what is found never rests on it.

const { language } = (document.querySelector("[data-language]") ?? document.documentElement).dataset;
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(language, { granularity: "word" }) : null;

// The places at which a word of the text begins, and its end; null where the browser has no dictionary.
export function wordPlaces(text) {
  return segmenter && new Set([...segmenter.segment(text)].map(({ index }) => index).concat(text.length));
}
