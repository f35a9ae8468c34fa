// The shortlist as a wall, as a table for a spreadsheet, and as a contact sheet.

import { keep, kept, without } from "./shortlist.js";
import { contactSheet } from "./contact-sheet.js";

const page = document.querySelector("[data-shortlist]");
const list = page.querySelector(".kept");
const item = page.querySelector("template");
const COLUMNS = ["imdb_id", "title", "year", "rating", "genres", "imdb_url"];
const LANGUAGE = document.documentElement.lang || undefined;
const ONE_PLACE = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
let removed = null;

document.addEventListener("shortlist", (event) => render(event.detail));
page.querySelector("[data-csv]").addEventListener("click", () => {
  save(new Blob(["\ufeff", table(kept())], { type: "text/csv;charset=utf-8" }), "shortlist.csv");
});
page.querySelector("[data-sheet]").addEventListener("click", async (event) => {
  event.target.disabled = true;
  save(await contactSheet(kept(), page.dataset.sheetTitle), "shortlist.png");
  event.target.disabled = false;
});
page.querySelector("[data-clear]").addEventListener("click", () => remove(kept(), []));
page.querySelector("[data-undo]").addEventListener("click", () => {
  const back = removed;
  removed = null;
  keep(back);
});
render(kept());

function render(films) {
  page.querySelector("[data-full]").hidden = !films.length;
  page.querySelector("[data-empty]").hidden = films.length > 0;
  page.querySelector("[data-undo]").hidden = !removed;
  list.replaceChildren(...films.map(entry));
}

function entry(film) {
  const made = item.content.cloneNode(true);
  const image = made.querySelector("img");
  image.src = `/posters/${encodeURIComponent(film.poster)}-342.webp`;
  image.width = film.width;
  image.height = film.height;
  image.parentElement.classList.toggle("tall", film.width * 3 < film.height * 2);
  image.alt = page.dataset.sayPoster.replace("{title}", film.title);
  made.querySelector("b").textContent = film.title;
  made.querySelector(".facts").textContent = facts(film);
  made.querySelector(".genres").textContent = film.genres.join(", ");
  made.querySelector("[name=sample]").value = film.id;
  const link = made.querySelector("a");
  if (film.imdb_url) link.href = film.imdb_url;
  else link.remove();
  const button = made.querySelector("[data-remove]");
  button.ariaLabel = page.dataset.sayRemove.replace("{title}", film.title);
  button.addEventListener("click", () => remove(kept(), without(film)));
  return made;
}

function facts(film) {
  return [film.year, film.rating === null ? null : `★ ${film.rating.toLocaleString(LANGUAGE, ONE_PLACE)}`]
    .filter((each) => each !== null)
    .join(" · ");
}

function remove(before, after) {
  removed = before;
  keep(after);
  page.querySelector("[data-undo]").focus();
}

function table(films) {
  const rows = films.map((film) =>
    COLUMNS.map((name) => cell(name === "genres" ? film.genres.join("|") : film[name])),
  );
  return [COLUMNS, ...rows].map((row) => row.join(",")).join("\r\n") + "\r\n";
}

function cell(value) {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
